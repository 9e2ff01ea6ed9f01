import { buffer } from 'node:stream/consumers';
import { beforeEach, describe, expect, test } from 'vitest';
import type { FileStore } from './file-store.ts';

async function* parts(...texts: (string | Buffer)[]) {
  for (const text of texts) yield Buffer.from(text);
}

/** Proves every promise of `FileStore` on the empty stores that `open` makes. */
export function describeFileStore(name: string, open: () => FileStore): void {
  describe(name, () => {
    let store: FileStore;
    beforeEach(() => {
      store = open();
    });
    const read = async (key: string) => buffer((await store.open(key))!);

    test('gives back the bytes that were put, each time under a key of their own', async () => {
      const bytes = Buffer.from([0, 1, 2, 255]);
      const [one, other] = [await store.put(parts(bytes)), await store.put(parts(bytes))];
      expect(one.key).not.toBe(other.key);
      expect(await read(one.key)).toEqual(bytes);
      expect(await read(other.key)).toEqual(bytes);
    });

    test('takes bytes as they come and counts them', async () => {
      const { key, sizeBytes } = await store.put(parts('a', '', 'bc', 'd'.repeat(100_000)));
      expect(sizeBytes).toBe(100_003);
      expect(await store.stat(key)).toEqual({ sizeBytes });
      expect((await read(key)).toString()).toBe(`abc${'d'.repeat(100_000)}`);
    });

    test('keeps an empty file as well', async () => {
      const { key, sizeBytes } = await store.put(parts());
      expect(sizeBytes).toBe(0);
      expect((await read(key)).length).toBe(0);
    });

    test('rejects with what the source rejects with', async () => {
      async function* broken() {
        yield Buffer.from('a');
        throw new Error('broke off');
      }
      await expect(store.put(broken())).rejects.toThrow('broke off');
    });

    test('removes a file, and takes a second removal calmly', async () => {
      const { key } = await store.put(parts('text'));
      await store.remove(key);
      await store.remove(key);
      expect(await store.open(key)).toBeUndefined();
      expect(await store.stat(key)).toBeUndefined();
    });

    test('knows nothing under keys it has not given out', async () => {
      for (const key of ['', 'x', '../../etc/passwd', '0'.repeat(40)]) {
        expect(await store.open(key)).toBeUndefined();
        expect(await store.stat(key)).toBeUndefined();
        await store.remove(key);
      }
    });

    test('lets a file be read to its end that is removed meanwhile', async () => {
      const { key } = await store.put(parts('text'));
      const stream = (await store.open(key))!;
      await store.remove(key);
      expect((await buffer(stream)).toString()).toBe('text');
    });
  });
}
