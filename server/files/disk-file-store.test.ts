import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDiskFileStore } from './disk-file-store.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('gives back the bytes that were put, under a key of their own', async () => {
  const store = createDiskFileStore(folder);
  const bytes = Buffer.from([0, 1, 2, 255]);
  const keys = [await store.put(bytes), await store.put(bytes)];

  expect(keys[0]).not.toBe(keys[1]);
  expect(await buffer((await store.open(keys[0]!))!)).toEqual(bytes);
});

test('leaves only whole files behind', async () => {
  const key = await createDiskFileStore(folder).put(Buffer.from('text'));

  expect(await readdir(join(folder, key.slice(0, 2), key.slice(2, 4)))).toEqual([key]);
});

test('removes a file, and takes a second removal calmly', async () => {
  const store = createDiskFileStore(folder);
  const key = await store.put(Buffer.from('text'));
  await store.remove(key);
  await store.remove(key);

  expect(await store.open(key)).toBeUndefined();
});

test('never leaves its folder, whatever the key', async () => {
  await writeFile(join(folder, 'beside'), 'not a file of the store');
  const store = createDiskFileStore(join(folder, 'files'));
  await store.remove('../../../beside');

  expect(await store.open('../../../beside')).toBeUndefined();
  expect(await readdir(folder)).toContain('beside');
});
