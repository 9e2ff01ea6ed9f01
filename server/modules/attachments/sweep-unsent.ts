import type { Deps } from '../../deps.ts';
import { ownTimeMs, removeNotedFiles, sweepRemovedFiles } from './noted-files.ts';

type SweepDeps = Pick<Deps, 'storage' | 'files' | 'now' | 'log'>;

/** How long a file waits for its message. */
export const unsentMs = 24 * 60 * 60 * 1000;
const atOnce = 50;
const intervalMs = 10 * 60_000;

/**
 * Removes files that no message has taken up within a day, the row first: a message may take it up until then. Any
 * number of processes may do so at the same time.
 * @returns how many this call has removed
 */
export async function sweepUnsent(deps: SweepDeps): Promise<number> {
  const { storage, now } = deps;
  let swept = 0;
  for (;;) {
    const due = await storage.directory.listUnsentAttachments(new Date(now().getTime() - unsentMs), atOnce);
    const keys = await storage.transaction(async (scope) => {
      const removed: string[] = [];
      for (const { clientId, id, storageKey } of due) {
        if (await scope.forClient(clientId).attachments.removeUnsent(id)) removed.push(storageKey);
      }
      await scope.removedFiles.add(removed, new Date(now().getTime() + ownTimeMs));
      return removed;
    });
    await removeNotedFiles(deps, keys);
    swept += keys.length;
    if (due.length < atOnce || keys.length === 0) return swept;
  }
}

/** Sweeps unsent and removed files now and every few minutes, until stopped. Does not keep the process alive. */
export function startFileSweep(deps: SweepDeps): { stop(): void } {
  let running = false;
  const sweep = async () => {
    if (running) return;
    running = true;
    try {
      await sweepUnsent(deps);
      await sweepRemovedFiles(deps);
    } catch (error) {
      deps.log.warn({ event: 'sweep.failed', err: error });
    } finally {
      running = false;
    }
  };
  void sweep();
  const timer = setInterval(sweep, intervalMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
