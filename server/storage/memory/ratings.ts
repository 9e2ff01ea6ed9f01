import type { ClientId } from '../../../shared/ids.ts';
import type { RatingsRepository } from '../repositories/ratings.ts';
import type { MemContext } from './mem-context.ts';
import { ratings } from './mem-tables.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createRatings({ env, read, write }: MemContext, clientId: ClientId): RatingsRepository {
  return {
    rate: ({ conversationId, score, comment }) =>
      write((tx) => {
        const before = tx.of(ratings).get(ownedKey(clientId, conversationId));
        const given = { score, comment, createdAt: env.now() };
        if (before !== undefined) return tx.of(ratings).update(before, given);
        return tx.of(ratings).insert({ clientId, conversationId: idOf(conversationId), ...given });
      }),

    find: (conversationId) => read((tx) => tx.of(ratings).get(ownedKey(clientId, conversationId))),
  };
}
