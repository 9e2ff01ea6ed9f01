import type { ClientId } from '../../../shared/ids.ts';
import type { Job } from '../../../shared/schema.ts';
import type { JobContext, JobHandler } from '../../jobs/job-handler.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import type { EraseDeps } from './erase-visitor.ts';
import { nextNight } from './next-night.ts';
import { recordRun, retainConversations } from './retain-conversations.ts';

const attemptsMax = 5;

/** The nightly erasure of a client that keeps conversations for some time only; one process does it, and queues the next. */
export function createRetainHandler(deps: EraseDeps): JobHandler {
  const again = (own: ClientStorage) =>
    own.jobs.enqueue({ kind: 'retain', subjectId: own.clientId, runAt: nextNight(deps.now(), own.clientId) });

  async function run(job: Job, context: JobContext): Promise<void> {
    const clientId = job.clientId as ClientId;
    const { retentionDays } = await deps.storage.forClient(clientId).privacy.settings();
    if (retentionDays === null) return;
    const { hold, signal } = context;
    const erased = await retainConversations(deps, { clientId, retentionDays, hold, signal });
    await context.finish(async (scope) => {
      const own = scope.forClient(clientId);
      await own.privacy.noteRun(erased);
      await recordRun(own, erased, retentionDays);
      await again(own);
    });
    deps.log.info({ event: 'retention.done', clientId, ...erased });
  }

  return {
    atOnce: 1,
    attemptsMax,
    retryDelayMs: (attempt) => 60_000 * 2 ** attempt,
    run,
    /** What did not work out this night is tried the next. */
    async giveUp(job, context) {
      await context.finish((scope) => again(scope.forClient(job.clientId as ClientId)));
    },
  };
}
