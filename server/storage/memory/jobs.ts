import type { ClientId } from '../../../shared/ids.ts';
import type { JobsRepository } from '../repositories/jobs.ts';
import { jobKey, jobs } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';
import { enqueueJob } from './mem-jobs.ts';

export function createJobs({ env, read, write }: MemContext, clientId: ClientId): JobsRepository {
  return {
    enqueue: (input) => write((tx) => enqueueJob(tx, env, clientId, input)),

    cancel: (kind, subjectId) =>
      write((tx) => {
        const job = tx.of(jobs).get(jobKey({ clientId, kind, subjectId }));
        if (job === undefined) return false;
        tx.of(jobs).remove([job]);
        return true;
      }),

    find: (kind, subjectId) => read((tx) => tx.of(jobs).get(jobKey({ clientId, kind, subjectId }))),

    list: (kind) => read((tx) => [...tx.of(jobs).scan('client', clientId)].filter((job) => job.kind === kind)),
  };
}
