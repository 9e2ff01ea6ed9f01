import type { ClientId } from '../../../shared/ids.ts';
import type { Job } from '../../../shared/schema.ts';
import type { NewJob } from '../repositories/jobs.ts';
import type { StorageEnvironment } from '../storage.ts';
import { jobKey, jobs } from './mem-answer-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { idOf } from './mem-values.ts';

/** Puts a job in the queue, in place of one of the same kind and subject. */
export function enqueueJob(
  tx: MemTransaction,
  env: StorageEnvironment,
  clientId: ClientId,
  { kind, subjectId, payload = {}, runAt }: NewJob,
): Job {
  const now = env.now();
  const fresh = {
    payload,
    runAt: runAt ?? now,
    attempts: 0,
    leaseId: null,
    leaseUntil: null,
    lastError: null,
    createdAt: now,
  };
  const known = tx.of(jobs).get(jobKey({ clientId, kind, subjectId }));
  if (known !== undefined) return tx.of(jobs).update(known, fresh);
  return tx.of(jobs).insert({ clientId, kind, subjectId: idOf(subjectId), ...fresh });
}
