import type { Job } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { JobHandler } from '../../jobs/job-handler.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { removeFiles } from '../attachments/remove-files.ts';

/** Files whose rows have gone with a transaction, and the job that removes them should this process not come to it. */
export interface FileRemoval {
  id: string;
  keys: readonly string[];
}

/** So long the process that has committed has time to remove them at once. */
const ownTimeMs = 60_000;
const retryMaxMs = 60 * 60_000;
const atOnce = 2;

/** Notes that these files are to be removed. Call it with the storage of the transaction that removes their rows. */
export async function queueFileRemoval(
  own: ClientStorage,
  { newId, now }: Pick<Deps, 'newId' | 'now'>,
  keys: readonly string[],
): Promise<FileRemoval> {
  const id = newId();
  if (keys.length > 0) {
    const runAt = new Date(now().getTime() + ownTimeMs);
    await own.jobs.enqueue({ kind: 'removeFiles', subjectId: id, payload: { keys: [...keys] }, runAt });
  }
  return { id, keys };
}

/** Removes them now, after the commit. Never rejects: what does not work out is left to the job. */
export async function removeQueuedFiles(
  deps: Pick<Deps, 'files' | 'log'>,
  own: ClientStorage,
  { id, keys }: FileRemoval,
): Promise<void> {
  if (keys.length === 0) return;
  try {
    if ((await removeFiles(deps, keys)).length === 0) await own.jobs.cancel('removeFiles', id);
  } catch (err) {
    deps.log.warn({ event: 'files.removal-left-to-job', err });
  }
}

/** The files that jobs of the client are still to remove. */
export async function filesStillQueued({ jobs }: ClientStorage): Promise<string[]> {
  return (await jobs.list('removeFiles')).flatMap(keysOf);
}

const keysOf = ({ payload: { keys } }: Job): string[] =>
  Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];

/** Removes what a process that stopped in the middle, or a file store that was away, has left. It never gives up. */
export function createRemoveFilesHandler({ files }: Pick<Deps, 'files'>): JobHandler {
  return {
    atOnce,
    attemptsMax: Number.POSITIVE_INFINITY,
    retryDelayMs: (attempt) => Math.min(retryMaxMs, 1_000 * 2 ** Math.min(attempt, 20)),
    async run(job) {
      for (const key of keysOf(job)) await files.remove(key);
    },
    // No attempt is the last.
    giveUp: async () => {},
  };
}
