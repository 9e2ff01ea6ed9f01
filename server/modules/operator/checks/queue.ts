import type { QueueRepository } from '../../../storage/repositories/queue.ts';
import { type Check, green, red, yellow } from '../check.ts';

export interface QueueCheckDeps {
  queue: Pick<QueueRepository, 'waiting' | 'troubles'>;
  now(): Date;
  /** Whether this process works on jobs. */
  jobs: boolean;
  storage: 'memory' | 'database';
}

/** Whether documents are read and questions answered. */
export function queueChecks({ queue, now, jobs, storage }: QueueCheckDeps): Check[] {
  return [
    {
      id: 'jobs-worked-on',
      title: 'Who works on jobs',
      async run() {
        if (jobs) return green('This process does.');
        if (storage === 'memory')
          return red(
            'JOBS=off, and data in memory have no other process.',
            'Remove JOBS=off: nobody reads documents or answers questions.',
          );
        return green('JOBS=off here: another process must work on them; see how long jobs wait.');
      },
    },
    {
      id: 'jobs-waiting',
      title: 'Waiting jobs',
      async run() {
        const { count, oldest } = await queue.waiting();
        const seconds = oldest ? Math.max(0, Math.round((now().getTime() - oldest.getTime()) / 1000)) : 0;
        const seen = count === 0 ? 'None waits.' : `${count} wait, the oldest for ${seconds} s.`;
        if (seconds > 600)
          return red(seen, 'Start a process without JOBS=off, or more of them; look for job.failed in the log.');
        if (seconds > 60)
          return yellow(seen, 'Visitors wait for answers: start another process, or look what is slow.');
        return green(seen);
      },
    },
    {
      id: 'jobs-troubled',
      title: 'Failing jobs',
      async run() {
        const { failing, abandoned } = await queue.troubles();
        const seen = `${failing} failed and will be tried again, ${abandoned} were left by a process that ended.`;
        if (abandoned > 0)
          return yellow(
            seen,
            'They are taken up within seconds while a process works on jobs; look why processes end.',
          );
        if (failing > 0) return yellow(seen, 'Look for job.failed in the log: it says why.');
        return green(seen);
      },
    },
  ];
}
