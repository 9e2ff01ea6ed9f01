import type { ClientId } from '../../../shared/ids.ts';
import type { RatingsRepository } from '../repositories/ratings.ts';
import { ratingCreated } from '../webhook-payload.ts';
import type { MemContext } from './mem-context.ts';
import { conversations, ratings } from './mem-conversation-tables.ts';
import { recordEvents } from './mem-outbox.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createRatings({ env, read, write }: MemContext, clientId: ClientId): RatingsRepository {
  return {
    rate: ({ conversationId, score, comment }) =>
      write((tx) => {
        const before = tx.of(ratings).get(ownedKey(clientId, conversationId));
        const given = { score, comment, createdAt: env.now() };
        const rating =
          before === undefined
            ? tx.of(ratings).insert({ clientId, conversationId: idOf(conversationId), ...given })
            : tx.of(ratings).update(before, given);
        const conversation = tx.of(conversations).get(ownedKey(clientId, conversationId))!;
        recordEvents(tx, env, { conversation, at: rating.createdAt }, () => [ratingCreated(rating)]);
        return rating;
      }),

    find: (conversationId) => read((tx) => tx.of(ratings).get(ownedKey(clientId, conversationId))),
  };
}
