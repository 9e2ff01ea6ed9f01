import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { extract } from './extract.ts';
import type { Limits } from './extracted.ts';
import { makePdf } from './testing/make-files.ts';

const folder = mkdtempSync(join(tmpdir(), 'confab-extract-'));
afterAll(() => rmSync(folder, { recursive: true }));
const never = new AbortController().signal;

function file(name: string, content: string | Buffer): { path: string; name: string } {
  const path = join(folder, name);
  writeFileSync(path, content);
  return { path, name };
}

const reasonOf = (given: { path: string; name: string }, limits: Partial<Limits>) =>
  extract(given, { signal: never, limits }).then(
    () => 'it was read',
    (error: { name: string; reason: string }) => `${error.name}: ${error.reason}`,
  );

/** A list of records that takes far longer to read than the limits below allow. */
const laborious = (rows: number) =>
  file('laborious.csv', Array.from({ length: rows }, (_, row) => `${row},"a ${row}",b,c,d,e,f,g,h`).join('\n'));

describe('reading in a process of its own', () => {
  test('gives the document, its parts numbered from 1, and tells its progress', async () => {
    const pages = [1, 2, 3].map((page) => [{ text: `This is page ${page}`, y: 700 }]);
    const told: number[][] = [];
    const given = file('three.pdf', makePdf(pages));
    const read = await extract(given, { signal: never, progress: (done, total) => told.push([done, total]) });
    expect(read.parts.map(({ number, page, text }) => [number, page, text])).toEqual([
      [1, 1, 'This is page 1'],
      [2, 2, 'This is page 2'],
      [3, 3, 'This is page 3'],
    ]);
    expect(read.wordCount).toBe(12);
    expect(told.at(-1)).toEqual([3, 3]);
  });

  test('hands a reason over, as a sentence for the owner', async () => {
    expect(await reasonOf(file('empty.pdf', ''), {})).toBe(
      'ExtractionError: The file is empty. Upload one that has text in it.',
    );
  });

  test('refuses a file that is too large before it is read', async () => {
    expect(await reasonOf(file('large.txt', 'x'.repeat(5_000)), { fileBytesMax: 1_000 })).toContain('larger than');
  });

  test('ends a reader that takes too long, and names the limit', async () => {
    expect(await reasonOf(laborious(300_000), { timeMsMax: 1_000 })).toContain('longer than the 1 second it may take');
  });

  test('ends a reader that needs too much memory, and names the limit', async () => {
    expect(await reasonOf(laborious(300_000), { memoryMbMax: 140 })).toContain('more than the 140 MB of memory');
  });

  test('stops when it is told to, with the reason it was told', async () => {
    const controller = new AbortController();
    const reading = extract(laborious(300_000), { signal: controller.signal });
    controller.abort(new Error('cancelled by its owner'));
    await expect(reading).rejects.toThrow('cancelled by its owner');
  });

  test('knows nothing of the server’s environment', async () => {
    process.env.CONFAB_TEST_SECRET = 'secret';
    const { ReaderProcess } = await import('./reader-process.ts');
    const { defaultLimits } = await import('./extracted.ts');
    const reader = new ReaderProcess(defaultLimits);
    const environ = { source: { path: '/proc/self/environ' }, name: 'environ.txt' };
    const read = await reader.read(environ, { signal: never }).catch((error: Error) => error.message);
    reader.close();
    delete process.env.CONFAB_TEST_SECRET;
    expect(JSON.stringify(read)).not.toContain('CONFAB_TEST_SECRET');
  });
});

describe('a reading process', () => {
  test('goes on with the next file after one for which it had to be ended', async () => {
    const { ReaderProcess } = await import('./reader-process.ts');
    const { defaultLimits } = await import('./extracted.ts');
    const reader = new ReaderProcess(defaultLimits);
    const controller = new AbortController();
    const slow = laborious(300_000);
    const first = reader.read({ source: { path: slow.path }, name: slow.name }, { signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(first).rejects.toThrow('enough');
    const bytes = Buffer.from('All is well.');
    const second = await reader.read({ source: { bytes }, name: 'a.txt' }, { signal: never });
    reader.close();
    expect(second.parts[0]!.text).toBe('All is well.');
  });
});
