import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import type { FileStore } from '../files/file-store.ts';

/** Files for tests, gone with the process. `keys` are those that are there. */
export function createMemoryFileStore(): FileStore & { keys(): string[] } {
  const files = new Map<string, Buffer>();
  return {
    keys: () => [...files.keys()],
    async put(bytes) {
      const parts: Uint8Array[] = [];
      for await (const part of bytes) parts.push(Buffer.from(part));
      const [key, file] = [randomBytes(20).toString('hex'), Buffer.concat(parts)];
      files.set(key, file);
      return { key, sizeBytes: file.length };
    },
    async open(key) {
      const file = files.get(key);
      return file && Readable.from(file.length === 0 ? [] : [file]);
    },
    async stat(key) {
      const file = files.get(key);
      return file && { sizeBytes: file.length };
    },
    async remove(key) {
      files.delete(key);
    },
  };
}
