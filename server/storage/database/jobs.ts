import { asc, eq, type SQL } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Job, jobs } from '../../../shared/schema.ts';
import type { JobsRepository, NewJob } from '../repositories/jobs.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = jobs;

export class DatabaseJobs implements JobsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async enqueue({ kind, subjectId, payload = {}, runAt }: NewJob): Promise<Job> {
    const now = this.#handle.env.now();
    const fresh = {
      payload,
      runAt: runAt ?? now,
      attempts: 0,
      leaseId: null,
      leaseUntil: null,
      lastError: null,
      createdAt: now,
    };
    const [job] = await this.#handle.write((db) =>
      db
        .insert(t)
        .values({ clientId: this.#clientId, kind, subjectId, ...fresh })
        .onConflictDoUpdate({ target: [t.clientId, t.kind, t.subjectId], set: fresh })
        .returning(),
    );
    return job!;
  }

  cancel(kind: Job['kind'], subjectId: string): Promise<boolean> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(t).where(this.#row(kind, subjectId)).returning({ kind: t.kind });
      return removed.length > 0;
    });
  }

  async find(kind: Job['kind'], subjectId: string): Promise<Job | undefined> {
    const [job] = await this.#handle.read((db) => db.select().from(t).where(this.#row(kind, subjectId)));
    return job;
  }

  list(kind: Job['kind']): Promise<Job[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.kind, kind)))
        .orderBy(asc(t.subjectId)),
    );
  }

  #row(kind: Job['kind'], subjectId: string): SQL {
    return owned(t, this.#clientId, eq(t.kind, kind), eq(t.subjectId, subjectId));
  }
}
