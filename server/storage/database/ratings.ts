import { eq } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { conversationRatings, type Rating } from '../../../shared/schema.ts';
import type { NewRating, RatingsRepository } from '../repositories/ratings.ts';
import type { Handle } from './handle.ts';
import { outboxAbout, ratingDataSql } from './outbox-sql.ts';
import { owned } from './scope.ts';

export class DatabaseRatings implements RatingsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async rate({ conversationId, score, comment }: NewRating): Promise<Rating> {
    const now = this.#handle.env.now();
    const given = { score, comment, createdAt: now };
    const [rating] = await this.#handle.write((db) => {
      const rated = db.$with('rated').as(
        db
          .insert(conversationRatings)
          .values({ clientId: this.#clientId, conversationId, ...given })
          .onConflictDoUpdate({
            target: [conversationRatings.clientId, conversationRatings.conversationId],
            set: given,
          })
          .returning(),
      );
      const joined = 'join rated on rated.client_id = c.client_id and rated.conversation_id = c.id';
      const events = [{ event: 'rating.created', data: ratingDataSql('rated') }];
      const outbox = outboxAbout({ clientId: this.#clientId, conversationId, at: now, joined, events });
      return db.with(rated, db.$with('outbox', {}).as(outbox)).select().from(rated);
    });
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
