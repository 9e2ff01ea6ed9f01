import { jobKinds } from '../../../shared/knowledge-vocabulary.ts';
import type { Job } from '../../../shared/schema.ts';
import { longestDueFirst } from '../job-order.ts';
import type { QueueRepository } from '../repositories/queue.ts';
import { jobKey, jobs } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';

export function createQueue({ env, read, write }: MemContext): QueueRepository {
  /** The first `limit` jobs of a kind that nobody works on, the longest due first. */
  const due = (tx: MemTransaction, kind: Job['kind'], limit = Number.POSITIVE_INFINITY): Job[] => {
    const now = env.now();
    const found: Job[] = [];
    for (const job of tx.of(jobs).scan('kind', kind)) {
      if (job.runAt > now || found.length >= limit) break;
      if (job.leaseUntil === null || job.leaseUntil <= now) found.push(job);
    }
    return found;
  };

  /** The job as it is, as long as whoever holds `claimed` has not lost it. */
  const held = (tx: MemTransaction, claimed: Job): Job | undefined => {
    const job = tx.of(jobs).get(jobKey(claimed));
    return job !== undefined && job.leaseId !== null && job.leaseId === claimed.leaseId ? job : undefined;
  };

  return {
    claim: ({ kinds, limit, leaseMs }) =>
      write((tx) => {
        const found = [...new Set(kinds)].flatMap((kind) => due(tx, kind, limit));
        const leaseId = env.newId();
        const leaseUntil = new Date(env.now().getTime() + leaseMs);
        return found
          .sort(longestDueFirst)
          .slice(0, limit)
          .map((job) => tx.of(jobs).update(job, { leaseId, leaseUntil, attempts: job.attempts + 1 }));
      }),

    renew: (claimed, leaseMs) =>
      write((tx) => {
        const job = held(tx, claimed);
        if (job === undefined) return false;
        tx.of(jobs).update(job, { leaseUntil: new Date(env.now().getTime() + leaseMs) });
        return true;
      }),

    complete: (claimed) =>
      write((tx) => {
        const job = held(tx, claimed);
        if (job === undefined) return false;
        tx.of(jobs).remove([job]);
        return true;
      }),

    giveBack: (claimed, { runAt, error }) =>
      write((tx) => {
        const job = held(tx, claimed);
        if (job === undefined) return false;
        const attempts = error === null ? job.attempts - 1 : job.attempts;
        tx.of(jobs).update(job, { runAt, lastError: error, leaseId: null, leaseUntil: null, attempts });
        return true;
      }),

    waiting: () =>
      read((tx) => {
        const found = jobKinds.flatMap((kind) => due(tx, kind)).sort(longestDueFirst);
        return { count: found.length, oldest: found[0]?.runAt ?? null };
      }),

    troubles: () =>
      read((tx) => {
        const now = env.now();
        const all = jobKinds.flatMap((kind) => [...tx.of(jobs).scan('kind', kind)]);
        return {
          failing: all.filter((job) => job.lastError !== null && job.leaseUntil === null).length,
          abandoned: all.filter((job) => job.leaseUntil !== null && job.leaseUntil <= now).length,
        };
      }),
  };
}
