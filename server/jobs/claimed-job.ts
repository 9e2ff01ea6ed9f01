import type { Job } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';
import type { JobEnding } from '../modules/system/measures.ts';
import { NotFoundError, StorageUnavailableError } from '../storage/errors.ts';
import type { StorageScope } from '../storage/storage.ts';
import { traced } from '../tracing/tracing.ts';
import { type JobContext, type JobHandler, JobLostError } from './job-handler.ts';

export type WorkDeps = Pick<Deps, 'storage' | 'log' | 'now' | 'measures'>;

/** A job that this process works on. */
export interface Claimed {
  readonly job: Job;
  /** Resolves when nothing more is done for it; never rejects. */
  readonly ended: Promise<void>;
  /** Asks whether it is still this process's, and gives it up if not. */
  check(): void;
  /** Stops working on it, for another process to take; the attempt does not count. */
  handBack(): void;
}

interface Given {
  job: Job;
  handler: JobHandler;
  leaseMs: number;
}

class StoppingError extends Error {
  override readonly name = 'StoppingError';
}

/** How long to leave a job alone when storage did not answer in the middle of it. */
const storageAwayMs = 5_000;

/** Runs the handler on a job just claimed, keeps the lease, and sees to it that the job ends or comes again. */
export function workOn({ storage, log, now, measures }: WorkDeps, { job, handler, leaseMs }: Given): Claimed {
  const stop = new AbortController();
  const ids = { kind: job.kind, clientId: job.clientId, subjectId: job.subjectId, attempt: job.attempts };
  let heldUntil = performance.now() + leaseMs;
  let finished = false;
  let ending: JobEnding = 'done';
  let renewing = false;

  const lose = () => stop.abort(new JobLostError());

  async function renew(): Promise<void> {
    // While the transaction that ends the job is under way, the answer waits for it; each more would hold a connection.
    if (renewing) return;
    renewing = true;
    const asked = performance.now();
    try {
      if (await storage.queue.renew(job, leaseMs)) heldUntil = asked + leaseMs;
      else if (!finished) lose();
    } catch {
      // As long as the lease lasts, storage may come back.
      if (performance.now() > heldUntil) lose();
    } finally {
      renewing = false;
    }
  }

  async function inTransaction<T>(
    keep: (scope: StorageScope) => Promise<boolean>,
    work: (scope: StorageScope) => Promise<T>,
  ): Promise<T> {
    stop.signal.throwIfAborted();
    try {
      return await storage.transaction(async (scope) => {
        if (!(await keep(scope))) throw new JobLostError();
        return work(scope);
      });
    } catch (error) {
      if (error instanceof JobLostError) lose();
      throw error;
    }
  }

  const context: JobContext = {
    storage,
    log,
    signal: stop.signal,
    attempt: job.attempts,
    isLastAttempt: job.attempts >= handler.attemptsMax,
    hold: (work) => inTransaction((scope) => scope.queue.renew(job, leaseMs), work),
    async finish(work) {
      const result = await inTransaction((scope) => scope.queue.complete(job), work);
      finished = true;
      return result;
    },
  };

  async function run(): Promise<void> {
    // The attempt before ended with its process, and so did each one before that.
    if (job.attempts > handler.attemptsMax) {
      ending = 'given-up';
      return handler.giveUp(job, context, undefined);
    }
    try {
      await handler.run(job, context);
    } catch (error) {
      if (!isOwnFault()) throw error;
      log.warn({ event: 'job.failed', ...ids, err: error });
      ending = context.isLastAttempt ? 'given-up' : 'tried-again';
      if (!context.isLastAttempt) return giveBack(retryDelayMs(error), messageOf(error));
      await handler.giveUp(job, context, error);
    }
    if (!finished) await storage.queue.complete(job);
  }

  /** Whether the handler failed at its work, and not because the job was taken from it. */
  function isOwnFault(): boolean {
    return !stop.signal.aborted && !finished;
  }

  /**
   * A failure of storage counts as well, for it may be the work that storage cannot do; while it is away for everybody,
   * no attempts are made.
   */
  function retryDelayMs(error: unknown): number {
    const delayMs = handler.retryDelayMs(job.attempts);
    return error instanceof StorageUnavailableError ? Math.max(delayMs, storageAwayMs) : delayMs;
  }

  async function giveBack(delayMs: number, error: string | null): Promise<void> {
    await storage.queue.giveBack(job, { runAt: new Date(now().getTime() + delayMs), error });
  }

  async function afterInterruption(error: unknown): Promise<void> {
    if (finished) return log.error({ event: 'job.failed-after-its-end', ...ids, err: error });
    ending = stop.signal.reason instanceof JobLostError ? 'lost' : stop.signal.aborted ? 'handed-back' : 'tried-again';
    if (stop.signal.reason instanceof JobLostError) return log.info({ event: 'job.lost', ...ids });
    if (stop.signal.aborted) return giveBack(0, null);
    if (!(error instanceof StorageUnavailableError || error instanceof NotFoundError)) {
      log.error({ event: 'job.not-given-up', ...ids, err: error });
    }
    await giveBack(storageAwayMs, messageOf(error));
  }

  const heartbeat = setInterval(renew, leaseMs / 4);
  heartbeat.unref();
  const startedAt = performance.now();
  const start = {
    name: `job ${job.kind}`,
    kind: 'consumer' as const,
    attributes: {
      'confab.client_id': job.clientId,
      'confab.subject_id': job.subjectId,
      'confab.attempt': job.attempts,
    },
    traceparent: typeof job.payload.traceparent === 'string' ? job.payload.traceparent : undefined,
  };
  const ended = traced(start, (span) =>
    run()
      .catch(afterInterruption)
      .finally(() => {
        span.set({ 'confab.outcome': ending });
        if (ending === 'given-up' || ending === 'tried-again') span.fail(ending);
        measures?.jobEnded(job.kind, ending, (performance.now() - startedAt) / 1000);
      }),
  )
    // Whatever could not even be handed back comes free when its lease runs out.
    .catch((error: unknown) => log.warn({ event: 'job.not-handed-back', ...ids, err: error }))
    .finally(() => clearInterval(heartbeat));

  return {
    job,
    ended,
    check: () => void renew(),
    handBack: () => stop.abort(new StoppingError('The process stops.')),
  };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 500);
}
