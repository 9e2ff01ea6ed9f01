import { eq } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { conversationRatings, type Rating } from '../../../shared/schema.ts';
import type { NewRating, RatingsRepository } from '../repositories/ratings.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

export class DatabaseRatings implements RatingsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async rate({ conversationId, score, comment }: NewRating): Promise<Rating> {
    const given = { score, comment, createdAt: this.#handle.env.now() };
    const [rating] = await this.#handle.write((db) =>
      db
        .insert(conversationRatings)
        .values({ clientId: this.#clientId, conversationId, ...given })
        .onConflictDoUpdate({
          target: [conversationRatings.clientId, conversationRatings.conversationId],
          set: given,
        })
        .returning(),
    );
    return rating!;
  }

  async find(conversationId: string): Promise<Rating | undefined> {
    const t = conversationRatings;
    const [rating] = await this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.conversationId, conversationId))),
    );
    return rating;
  }
}
