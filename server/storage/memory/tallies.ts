import type { Tally } from '../../../shared/schema.ts';
import type { TalliesRepository, TallyChange } from '../repositories/tallies.ts';
import type { MemContext } from './mem-context.ts';
import { tallies } from './mem-credential-tables.ts';

export function createTallies({ env, write }: MemContext): TalliesRepository {
  return {
    add: (changes) =>
      write((tx) =>
        changes.map((change) => {
          const known = tx.of(tallies).get(change.id);
          if (known === undefined) return tx.of(tallies).insert({ id: change.id, ...added(undefined, change) });
          return tx.of(tallies).update(known, added(known.expiresAt > env.now() ? known : undefined, change));
        }),
      ),

    remove: (id) =>
      write((tx) => {
        const known = tx.of(tallies).get(id);
        if (known !== undefined) tx.of(tallies).remove([known]);
      }),

    prune: () =>
      write((tx) => {
        const now = env.now();
        const expired = tx
          .of(tallies)
          .all()
          .filter(({ expiresAt }) => expiresAt <= now);
        tx.of(tallies).remove(expired);
        return expired.length;
      }),
  };
}

/** `running`: what it was, unless it has expired. */
function added(running: Tally | undefined, { amount, expiresAt, blockedUntil }: TallyChange): Omit<Tally, 'id'> {
  return {
    count: (running?.count ?? 0) + amount,
    blockedUntil: blockedUntil ?? running?.blockedUntil ?? null,
    expiresAt: running && running.expiresAt > expiresAt ? running.expiresAt : expiresAt,
  };
}
