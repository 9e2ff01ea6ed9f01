import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import type { FileStore } from '../../../files/file-store.ts';
import { type Check, green, reasonOf, red } from '../check.ts';

/** Writes a few bytes, reads them back and takes them away again. */
export function filesCheck(files: FileStore, kind: string): Check {
  return {
    id: 'files',
    title: 'File store',
    async run() {
      const sent = randomBytes(64);
      const startedAt = performance.now();
      try {
        const { key } = await files.put(
          (async function* () {
            yield sent;
          })(),
        );
        let found: Buffer | undefined;
        try {
          const stream = await files.open(key);
          found = stream && (await buffer(stream));
        } finally {
          await files.remove(key);
        }
        const ms = Math.round(performance.now() - startedAt);
        if (found?.equals(sent)) return green(`${kind}: written, read and removed in ${ms} ms.`);
        return red(`${kind}: what was written does not come back.`, advice);
      } catch (error) {
        return red(`${kind}: ${reasonOf(error)}.`, advice);
      }
    },
  };
}

const advice =
  'Look at FILE_STORE and its settings, the rights of its key or folder, and whether it has room: files of visitors and documents are refused until then.';
