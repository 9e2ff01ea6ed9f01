import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, expect, test } from 'vitest';
import { removeLeftovers, withTemporaryFile } from './temporary-file.ts';

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});
const { signal } = new AbortController();

test('a temporary file holds the bytes while it is needed, and is gone afterwards, whatever happens', async () => {
  const done: number[] = [];
  const bytes = Readable.from([Buffer.from('tea '), Buffer.from('leaf')]);
  const kept = await withTemporaryFile(bytes, { signal, progress: (count) => done.push(count) }, async (path) => {
    expect(readFileSync(path, 'utf8')).toBe('tea leaf');
    return path;
  });
  expect(done).toEqual([4, 8]);
  expect(existsSync(dirname(kept))).toBe(false);
  let path = '';
  const failing = withTemporaryFile('tea', { signal }, async (one) => {
    path = one;
    throw new Error('No.');
  });
  await expect(failing).rejects.toThrow('No.');
  expect(existsSync(dirname(path))).toBe(false);
});

test('bytes that break off, or are not wanted any more, leave nothing', async () => {
  const work = async () => expect.unreachable();
  const broken = Readable.from(
    (async function* () {
      yield Buffer.from('tea');
      throw new Error('Broken off.');
    })(),
  );
  await expect(withTemporaryFile(broken, { signal }, work)).rejects.toThrow('Broken off.');
  const endless = new Readable({ read() {} });
  const stop = new AbortController();
  const waiting = withTemporaryFile(endless, { signal: stop.signal }, work);
  stop.abort();
  await expect(waiting).rejects.toThrow();
  expect(endless.destroyed).toBe(true);
});

test('what killed processes left is removed once it is a day old, and nothing else is', async () => {
  const old = mkdtempSync(join(tmpdir(), 'confab-reading-'));
  const fresh = mkdtempSync(join(tmpdir(), 'confab-reading-'));
  const other = mkdtempSync(join(tmpdir(), 'other-reading-'));
  folders.push(old, fresh, other);
  mkdirSync(join(old, 'inside'));
  const longAgo = new Date(Date.now() - 48 * 60 * 60_000);
  for (const folder of [old, other]) utimesSync(folder, longAgo, longAgo);
  await removeLeftovers();
  expect([old, fresh, other].map((folder) => existsSync(folder))).toEqual([false, true, true]);
});
