import { and, desc, eq, inArray, isNull, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import type { StoredFault } from '../../../shared/install-vocabulary.ts';
import { limits } from '../../../shared/limits.ts';
import { type WidgetFinding, widgetFindings } from '../../../shared/schema.ts';
import type { FindingInput, FindingsRepository } from '../repositories/findings.ts';
import type { Db, Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = widgetFindings;
/** Texts by code point, whatever the collation of the database is. */
const newestFirst = [desc(t.lastSeenAt), sql`${t.origin} collate "C" desc`, sql`${t.kind} collate "C" desc`];

export class DatabaseFindings implements FindingsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async note(widgetId: string, { origin, kind, detail }: FindingInput): Promise<WidgetFinding> {
    const now = this.#handle.env.now();
    const anew = { detail, count: 1, firstSeenAt: now, lastSeenAt: now, solvedAt: null };
    return this.#handle.write(async (db) => {
      const [finding] = await db
        .insert(t)
        .values({ clientId: this.#clientId, widgetId, origin, kind, ...anew })
        .onConflictDoUpdate({
          target: [t.clientId, t.widgetId, t.origin, t.kind],
          set: {
            detail,
            count: sql`case when ${t.solvedAt} is null then ${t.count} + 1 else 1 end`,
            firstSeenAt: sql`case when ${t.solvedAt} is null then ${t.firstSeenAt} else excluded.first_seen_at end`,
            lastSeenAt: now,
            solvedAt: null,
          },
        })
        .returning();
      if (finding!.count === 1) await this.#forgetOldest(db, widgetId, kind);
      return finding!;
    });
  }

  async #forgetOldest(db: Db, widgetId: string, kind: StoredFault): Promise<void> {
    const isLike = owned(t, this.#clientId, eq(t.widgetId, widgetId), eq(t.kind, kind));
    const beyond = db
      .select({ origin: t.origin })
      .from(t)
      .where(isLike)
      .orderBy(...newestFirst)
      .offset(limits.findingsPerKindMax);
    await db.delete(t).where(and(isLike, inArray(t.origin, beyond)));
  }

  async solve(widgetId: string, origin: string, kinds: readonly StoredFault[]): Promise<WidgetFinding[]> {
    const isOpen = and(eq(t.widgetId, widgetId), eq(t.origin, origin), inArray(t.kind, [...kinds]), isNull(t.solvedAt));
    const solved = await this.#handle.write(async (db) => {
      if (kinds.length === 0) return [];
      return db
        .update(t)
        .set({ solvedAt: this.#handle.env.now() })
        .where(owned(t, this.#clientId, isOpen))
        .returning();
    });
    return solved.sort((a, b) => (a.kind < b.kind ? -1 : 1));
  }

  list(widgetId: string, limit: number): Promise<WidgetFinding[]> {
    return this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.widgetId, widgetId)))
        .orderBy(...newestFirst)
        .limit(limit),
    );
  }
}
