import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createMemoryFileStore } from '../testing/memory-file-store.ts';
import { createDiskFileStore } from './disk-file-store.ts';
import { describeFileStore } from './file-store.suite.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describeFileStore('files on disk', () => createDiskFileStore(join(folder, 'files')));
describeFileStore('files in memory, as tests use them', createMemoryFileStore);

async function* text() {
  yield Buffer.from('text');
}

const filesIn = async () =>
  (await readdir(folder, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());

test('leaves only whole files behind', async () => {
  const store = createDiskFileStore(folder);
  const { key } = await store.put(text());
  async function* broken() {
    yield* text();
    throw new Error('broke off');
  }
  await store.put(broken()).catch(() => {});
  expect((await filesIn()).map(({ name }) => name)).toEqual([key]);
  expect(await readdir(join(folder, key.slice(0, 2), key.slice(2, 4)))).toEqual([key]);
});

test('never leaves its folder, whatever the key', async () => {
  await writeFile(join(folder, 'beside'), 'not a file of the store');
  const store = createDiskFileStore(join(folder, 'files'));
  for (const key of ['../../../beside', 'ab/../../../beside', '..beside', 'ab', join(folder, 'beside')]) {
    await store.remove(key);
    expect(await store.open(key)).toBeUndefined();
    expect(await store.stat(key)).toBeUndefined();
  }
  expect(await readdir(folder)).toContain('beside');
});
