import type { RemovedFilesRepository } from '../repositories/removed-files.ts';
import type { MemContext } from './mem-context.ts';
import { removedFiles } from './mem-privacy-tables.ts';

export function createRemovedFiles({ env, read, write }: MemContext): RemovedFilesRepository {
  return {
    add: (storageKeys, dueAt) =>
      write((tx) => {
        for (const id of storageKeys) {
          const known = tx.of(removedFiles).get(id);
          if (known === undefined) tx.of(removedFiles).insert({ id, dueAt });
          else tx.of(removedFiles).update(known, { dueAt });
        }
      }),

    listDue: (limit) =>
      read((tx) => {
        const keys: string[] = [];
        for (const { id, dueAt } of tx.of(removedFiles).scan('due', '')) {
          if (dueAt > env.now() || keys.length === limit) break;
          keys.push(id);
        }
        return keys;
      }),

    forget: (storageKeys) =>
      write((tx) => {
        const known = [...new Set(storageKeys)].flatMap((id) => tx.of(removedFiles).get(id) ?? []);
        tx.of(removedFiles).remove(known);
      }),
  };
}
