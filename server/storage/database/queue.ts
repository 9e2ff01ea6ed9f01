import { and, count, eq, isNull, lte, min, or, type SQL, sql } from 'drizzle-orm';
import type { PgUpdateSetSource } from 'drizzle-orm/pg-core';
import { type Job, jobs } from '../../../shared/schema.ts';
import { longestDueFirst } from '../job-order.ts';
import type { QueueRepository } from '../repositories/queue.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = jobs;

/*
 * To claim jobs and to count them are, beside the directory, the only queries on an owned table that do not name a
 * client: a claimed job is how a worker learns for which client it works.
 */
export class DatabaseQueue implements QueueRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async claim(wanted: { kinds: readonly Job['kind'][]; limit: number; leaseMs: number }): Promise<Job[]> {
    const { kinds, limit, leaseMs } = wanted;
    const now = this.#handle.env.now();
    // Kind by kind, because that is how the index has them in order. What others are just taking is passed over.
    const due = sql`
      select d.client_id, d.kind, d.subject_id
      from unnest(${sql.param([...new Set(kinds)])}::text[]) wanted(kind)
      cross join lateral (
        select j.client_id, j.kind, j.subject_id, j.run_at from jobs j
        where j.kind = wanted.kind and j.run_at <= ${now} and (j.lease_until is null or j.lease_until <= ${now})
        order by j.run_at, j.subject_id limit ${limit} for update skip locked
      ) d
      order by d.run_at, d.subject_id, d.kind limit ${limit}`;
    const claimed = await this.#handle.write((db) =>
      db
        .with(db.$with('due', {}).as(due))
        .update(t)
        .set({
          leaseId: this.#handle.env.newId(),
          leaseUntil: new Date(now.getTime() + leaseMs),
          attempts: sql`${t.attempts} + 1`,
        })
        .where(sql`(${t.clientId}, ${t.kind}, ${t.subjectId}) in (select client_id, kind, subject_id from due)`)
        .returning(),
    );
    return claimed.sort(longestDueFirst);
  }

  renew(job: Job, leaseMs: number): Promise<boolean> {
    return this.#change(job, { leaseUntil: new Date(this.#handle.env.now().getTime() + leaseMs) });
  }

  complete(job: Job): Promise<boolean> {
    return this.#handle.write(async (db) => {
      const removed = await db.delete(t).where(held(job)).returning({ kind: t.kind });
      return removed.length > 0;
    });
  }

  giveBack(job: Job, { runAt, error }: { runAt: Date; error: string | null }): Promise<boolean> {
    const attempts = error === null ? sql`${t.attempts} - 1` : undefined;
    return this.#change(job, { runAt, lastError: error, leaseId: null, leaseUntil: null, attempts });
  }

  async waiting(): Promise<{ count: number; oldest: Date | null }> {
    const now = this.#handle.env.now();
    const [found] = await this.#handle.read((db) =>
      db
        .select({ count: count(), oldest: min(t.runAt) })
        .from(t)
        .where(and(lte(t.runAt, now), or(isNull(t.leaseUntil), lte(t.leaseUntil, now)))),
    );
    return found!;
  }

  async troubles(): Promise<{ failing: number; abandoned: number }> {
    const now = this.#handle.env.now();
    const [found] = await this.#handle.read((db) =>
      db
        .select({
          failing: sql<number>`count(*) filter (where ${t.lastError} is not null and ${t.leaseUntil} is null)::int`,
          abandoned: sql<number>`count(*) filter (where ${t.leaseUntil} <= ${now})::int`,
        })
        .from(t),
    );
    return found!;
  }

  #change(job: Job, values: PgUpdateSetSource<typeof jobs>): Promise<boolean> {
    return this.#handle.write(async (db) => {
      const changed = await db.update(t).set(values).where(held(job)).returning({ kind: t.kind });
      return changed.length > 0;
    });
  }
}

/** The job, as long as whoever claimed it has not lost it. */
function held({ clientId, kind, subjectId, leaseId }: Job): SQL {
  return owned(t, clientId, eq(t.kind, kind), eq(t.subjectId, subjectId), sql`${t.leaseId} = ${leaseId}::uuid`);
}
