import type { AnswerReceipt } from '../../shared/schema.ts';

/**
 * Where an answer stands in the list that has the worst first, ascending: those a visitor found unhelpful, then
 * questions without an answer, then the others by confidence, and last those of which none is known.
 */
export function worstOrderOf({
  rating,
  outcome,
  confidence,
}: Pick<AnswerReceipt, 'rating' | 'outcome' | 'confidence'>): number {
  if (rating === -1) return -2;
  if (isUnanswered(outcome)) return -1;
  return confidence ?? 2;
}

/** Whether the question still wants an answer. */
export function isUnanswered(outcome: AnswerReceipt['outcome']): boolean {
  return outcome === 'unknown' || outcome === 'failed';
}
