import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
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
        const file = await open(unfinished, 'wx', 0o600);
        try {
          await file.writeFile(bytes);
          await file.sync();
        } finally {
          await file.close();
        }
        await rename(unfinished, path);
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
      return key;
    },

    async open(key) {
      if (!keyForm.test(key)) return undefined;
      try {
        return (await open(pathOf(key), 'r')).createReadStream();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },

    async remove(key) {
      if (keyForm.test(key)) await rm(pathOf(key), { force: true });
    },
  };
}
