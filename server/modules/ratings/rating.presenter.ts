import type { RatingView } from '../../../shared/contracts/conversations.ts';
import type { Rating } from '../../../shared/schema.ts';

export function presentRating({ score, comment, createdAt }: Rating): RatingView {
  return { score, comment, createdAt: createdAt.toISOString() };
}
