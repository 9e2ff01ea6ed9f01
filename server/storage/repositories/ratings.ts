import type { Rating } from '../../../shared/schema.ts';

export interface NewRating {
  conversationId: string;
  /** 1 to 5. */
  score: number;
  comment: string | null;
}

export interface RatingsRepository {
  /** The first rating of a conversation, or one that replaces it whole. @throws NotFoundError `conversation` */
  rate(input: NewRating): Promise<Rating>;

  /** Undefined when it was not rated, and for an unknown conversation. */
  find(conversationId: string): Promise<Rating | undefined>;
}
