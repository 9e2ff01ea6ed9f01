import { eq, lte, sql } from 'drizzle-orm';
import { type Tally, tallies } from '../../../shared/schema.ts';
import type { TalliesRepository, TallyChange } from '../repositories/tallies.ts';
import type { Handle } from './handle.ts';

const t = tallies;

export class DatabaseTallies implements TalliesRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async add(changes: readonly TallyChange[]): Promise<Tally[]> {
    if (changes.length === 0) return [];
    // In one order for everybody, so that no two statements wait for each other's rows.
    const rows = [...changes]
      .sort((a, b) => (a.id < b.id ? -1 : 1))
      .map(({ id, amount, expiresAt, blockedUntil }) => ({
        id,
        count: amount,
        blockedUntil: blockedUntil ?? null,
        expiresAt,
      }));
    const running = sql`${t.expiresAt} > ${this.#handle.env.now().toISOString()}::timestamptz`;
    const stored = await this.#handle.write((db) =>
      db
        .insert(t)
        .values(rows)
        .onConflictDoUpdate({
          target: t.id,
          set: {
            count: sql`case when ${running} then ${t.count} else 0 end + excluded.count`,
            blockedUntil: sql`coalesce(excluded.blocked_until, case when ${running} then ${t.blockedUntil} end)`,
            expiresAt: sql`case when ${running} then greatest(${t.expiresAt}, excluded.expires_at) else excluded.expires_at end`,
          },
        })
        .returning(),
    );
    const byId = new Map(stored.map((tally) => [tally.id, tally]));
    return changes.map(({ id }) => byId.get(id)!);
  }

  async remove(id: string): Promise<void> {
    await this.#handle.write((db) => db.delete(t).where(eq(t.id, id)));
  }

  async prune(): Promise<number> {
    const now = this.#handle.env.now();
    const gone = await this.#handle.write((db) => db.delete(t).where(lte(t.expiresAt, now)).returning({ id: t.id }));
    return gone.length;
  }
}
