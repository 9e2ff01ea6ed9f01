import { and, asc, count, inArray, lt, notExists, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type ErasedCounts, erasedDetails } from '../../../shared/privacy-vocabulary.ts';
import { auditLog, clientPrivacy, conversations, visitors } from '../../../shared/schema.ts';
import { type PrivacyRepository, type PrivacySettings, personalTargets } from '../repositories/privacy.ts';
import type { Db, Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = clientPrivacy;
const settings = { retentionDays: t.retentionDays, lastRunAt: t.lastRunAt, lastRun: t.lastRun };

export class DatabasePrivacy implements PrivacyRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async settings(): Promise<PrivacySettings> {
    const [found] = await this.#handle.read((db) => db.select(settings).from(t).where(owned(t, this.#clientId)));
    return found ?? { retentionDays: null, lastRunAt: null, lastRun: null };
  }

  setRetention(days: number | null): Promise<PrivacySettings> {
    return this.#set({ retentionDays: days });
  }

  noteRun(erased: ErasedCounts): Promise<PrivacySettings> {
    return this.#set({ lastRunAt: this.#handle.env.now(), lastRun: erased });
  }

  async #set(change: Partial<PrivacySettings>): Promise<PrivacySettings> {
    const fresh = { ...change, updatedAt: this.#handle.env.now() };
    const [stored] = await this.#handle.write((db) =>
      db
        .insert(t)
        .values({ clientId: this.#clientId, ...fresh })
        .onConflictDoUpdate({ target: t.clientId, set: fresh })
        .returning(settings),
    );
    return stored!;
  }

  countDue(before: Date): Promise<{ conversations: number; visitors: number }> {
    return this.#handle.snapshot(async (db) => {
      const [due] = await db.select({ count: count() }).from(conversations).where(this.#isDue(before));
      const [idle] = await db
        .select({ count: count() })
        .from(visitors)
        .where(this.#isIdle(db, before, sql`not (${isOldThread(before)})`));
      return { conversations: due!.count, visitors: idle!.count };
    });
  }

  async holdDue(before: Date, limit: number): Promise<string[]> {
    // Whoever adds a message holds the conversation; once they let go of it, the condition is looked at again.
    const rows = await this.#handle.write((db) =>
      db
        .select({ id: conversations.id })
        .from(conversations)
        .where(this.#isDue(before))
        .orderBy(asc(conversations.updatedAt), asc(conversations.id))
        .limit(limit)
        .for('update'),
    );
    return rows.map(({ id }) => id);
  }

  removeIdleVisitors(before: Date, limit: number): Promise<number> {
    return this.#handle.atomically(async (db) => {
      const held = await db
        .select({ id: visitors.id })
        .from(visitors)
        .where(this.#isIdle(db, before))
        .orderBy(asc(visitors.id))
        .limit(limit)
        .for('update');
      if (held.length === 0) return 0;
      // Now that nobody can begin a conversation with them, who has one is seen for certain.
      const ids = held.map(({ id }) => id);
      const removed = await db
        .delete(visitors)
        .where(and(this.#isIdle(db, before), inArray(visitors.id, ids)))
        .returning({ id: visitors.id });
      return removed.length;
    });
  }

  eraseAuditDetails(before: Date, limit: number): Promise<number> {
    return this.#handle.write(async (db) => {
      const old = owned(
        auditLog,
        this.#clientId,
        lt(auditLog.createdAt, before),
        inArray(auditLog.targetType, [...personalTargets]),
        sql`${auditLog.details} <> '{}'::jsonb and not ${auditLog.details} ? 'erased'`,
      );
      const some = db.select({ id: auditLog.id }).from(auditLog).where(old).orderBy(asc(auditLog.id)).limit(limit);
      const changed = await db
        .update(auditLog)
        .set({ details: erasedDetails })
        .where(owned(auditLog, this.#clientId, inArray(auditLog.id, some)))
        .returning({ id: auditLog.id });
      return changed.length;
    });
  }

  #isDue(before: Date): SQL {
    return owned(conversations, this.#clientId, isOldThread(before));
  }

  /** Not seen since then, and without a conversation that would stay. */
  #isIdle(db: Db, before: Date, stays?: SQL): SQL {
    const theirs = db
      .select({ one: sql`1` })
      .from(conversations)
      .where(owned(conversations, this.#clientId, sql`${conversations.visitorId} = ${visitors.id}`, stays));
    return owned(visitors, this.#clientId, lt(visitors.lastSeenAt, before), notExists(theirs));
  }
}

const isOldThread = (before: Date): SQL =>
  sql`coalesce(${conversations.lastMessageAt}, ${conversations.createdAt}) < ${before.toISOString()}::timestamptz`;
