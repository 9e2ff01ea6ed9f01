import type { Deps } from '../../deps.ts';
import { removeFiles } from './remove-files.ts';

type RemovalDeps = Pick<Deps, 'storage' | 'files' | 'log' | 'now'>;

/** So long the process that has removed the rows has to remove the files before others do so too. */
export const ownTimeMs = 60_000;
/** After a file could not be removed. */
const retryMs = 60 * 60_000;
const atOnce = 100;

/** Removes files that are noted as removed, and forgets the note. @throws StorageUnavailableError */
export async function removeNotedFiles(deps: RemovalDeps, storageKeys: readonly string[]): Promise<void> {
  const { removedFiles } = deps.storage;
  for (let at = 0; at < storageKeys.length; at += atOnce) {
    const keys = storageKeys.slice(at, at + atOnce);
    const left = new Set(await removeFiles(deps, keys));
    await removedFiles.forget(keys.filter((key) => !left.has(key)));
    // Behind the others, so that those that cannot be removed hold up none.
    await removedFiles.add([...left], new Date(deps.now().getTime() + retryMs));
  }
}

/**
 * Removes what a process that stopped in the middle, or a file store that was away, has left.
 * Any number of processes may do so at the same time. It never gives up.
 */
export async function sweepRemovedFiles(deps: RemovalDeps): Promise<void> {
  for (;;) {
    const due = await deps.storage.removedFiles.listDue(atOnce);
    if (due.length === 0) return;
    await removeNotedFiles(deps, due);
  }
}
