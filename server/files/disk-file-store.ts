import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileStore } from './file-store.ts';

const keyForm = /^[0-9a-f]{40}$/;

/** Files in a folder, which is made with the first of them. A file is whole under its key, or is not there. */
export function createDiskFileStore(folder: string): FileStore {
  // Two levels, so that no folder holds more entries than tools can list.
  const pathOf = (key: string) => join(folder, key.slice(0, 2), key.slice(2, 4), key);

  return {
    async put(bytes) {
      const key = randomBytes(20).toString('hex');
      const path = pathOf(key);
      const unfinished = `${path}.part`;
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      try {
        const sizeBytes = await writeDurably(unfinished, bytes);
        await rename(unfinished, path);
        await syncFolder(dirname(path));
        return { key, sizeBytes };
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },

    async open(key) {
      if (!keyForm.test(key)) return undefined;
      return (await unlessMissing(open(pathOf(key), 'r')))?.createReadStream();
    },

    async stat(key) {
      if (!keyForm.test(key)) return undefined;
      const found = await unlessMissing(stat(pathOf(key)));
      return found && { sizeBytes: found.size };
    },

    async remove(key) {
      if (keyForm.test(key)) await rm(pathOf(key), { force: true });
    },
  };
}

/** Resolves, to the number of bytes, when they are on the disk. */
async function writeDurably(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  try {
    let written = 0;
    for await (const part of bytes) {
      await file.writeFile(part);
      written += part.length;
    }
    await file.sync();
    return written;
  } finally {
    await file.close();
  }
}

/** Makes the new name durable. Not every file system lets a folder be synced; those that do not need none. */
async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
