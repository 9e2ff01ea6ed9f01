import type { JobKind } from '../../shared/knowledge-vocabulary.ts';
import type { Job } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';
import { onItsOwn } from '../lib/request-scope.ts';
import { type Claimed, type WorkDeps, workOn } from './claimed-job.ts';
import type { JobHandlers } from './job-handler.ts';

export type RunnerDeps = WorkDeps & Pick<Deps, 'bus'>;

export interface RunnerTimes {
  /** How often to look for jobs that nobody has told of: those of other processes, retries, and what a killed one left. */
  pollMs: number;
  /** So long a job stays with a process that is not heard of; it is heard of four times as often. */
  leaseMs: number;
  /** How long `stop` waits for handlers to give up. */
  stopMs: number;
}

const defaultTimes: RunnerTimes = { pollMs: 2_000, leaseMs: 20_000, stopMs: 3_000 };

export interface JobRunner {
  /** Resolves when nothing is being worked on and nothing is due. */
  idle(): Promise<void>;
  /** Takes no more jobs, and hands those it works on back to the queue. */
  stop(): Promise<void>;
}

/**
 * Works on the queue, as many processes may at the same time. Told of new jobs by the bus, and looks for others from time
 * to time; without any that is one cheap query. Does not keep the process alive.
 */
export function startJobRunner(deps: RunnerDeps, handlers: JobHandlers, times: Partial<RunnerTimes> = {}): JobRunner {
  const { pollMs, leaseMs, stopMs } = { ...defaultTimes, ...times };
  const { storage, bus, log } = deps;
  const running = new Set<Claimed>();
  const waiting: (() => void)[] = [];
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let stopped = false;

  function look(): void {
    lookAgain = true;
    looking ??= onItsOwn(takeAll).finally(() => {
      looking = undefined;
      // Told of something after the last look, before it was over.
      if (lookAgain && !stopped) return look();
      if (running.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
  }

  async function takeAll(): Promise<void> {
    while (lookAgain && !stopped) {
      lookAgain = false;
      try {
        while (await takeOne()) {}
      } catch (error) {
        // The next poll tries again.
        if (!stopped) log.warn({ event: 'jobs.claim-failed', err: error });
      }
    }
  }

  /** One at a time, so that the longest due of all kinds with a free place comes first. */
  async function takeOne(): Promise<boolean> {
    const kinds = (Object.keys(handlers) as JobKind[]).filter(hasPlace);
    if (stopped || kinds.length === 0) return false;
    const [job] = await storage.queue.claim({ kinds, limit: 1, leaseMs });
    if (!job) return false;
    begin(job);
    return true;
  }

  function hasPlace(kind: JobKind): boolean {
    const busy = [...running].filter(({ job }) => job.kind === kind).length;
    return busy < (handlers[kind]?.atOnce ?? 0);
  }

  function begin(job: Job): void {
    const handler = handlers[job.kind];
    if (!handler) return;
    const claimed = workOn(deps, { job, handler, leaseMs });
    running.add(claimed);
    void claimed.ended.then(() => {
      running.delete(claimed);
      look();
    });
    if (stopped) claimed.handBack();
  }

  const end = bus.subscribe('job.changed', ({ kind, subjectId }) => {
    for (const claimed of running) {
      if (claimed.job.kind === kind && claimed.job.subjectId === subjectId) claimed.check();
    }
    look();
  });
  const timer = setInterval(look, pollMs);
  timer.unref();
  look();

  return {
    idle: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        look();
      }),
    async stop() {
      stopped = true;
      clearInterval(timer);
      end();
      await looking;
      for (const claimed of running) claimed.handBack();
      const ended = Promise.all([...running].map((claimed) => claimed.ended));
      let overdue: NodeJS.Timeout | undefined;
      await Promise.race([
        ended,
        new Promise<void>((resolve) => {
          overdue = setTimeout(resolve, stopMs);
        }),
      ]);
      clearTimeout(overdue);
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
