import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';

/** Below it, an answer that was given is worth a look. */
const sureFrom = 0.75;

type Judged = Pick<ReceiptView, 'rating' | 'outcome' | 'confidence' | 'reviewedAt'>;

/** Whether an answer was rated bad, is missing, or was hardly sure, and nobody has settled it yet. */
export function needsAttention(receipt: Judged): boolean {
  if (receipt.reviewedAt !== null) return false;
  return receipt.rating === -1 || isMissing(receipt) || isUnsure(receipt);
}

/** Whether those that come after it, the worst first, are good enough all of them. */
export function isPastTheWorst(receipt: Judged): boolean {
  return receipt.rating !== -1 && !isMissing(receipt) && receipt.confidence !== null && !isUnsure(receipt);
}

const isMissing = ({ outcome }: Judged) => outcome === 'unknown' || outcome === 'failed';

const isUnsure = ({ outcome, confidence, rating }: Judged) =>
  outcome !== 'silent' && rating !== 1 && confidence !== null && confidence < sureFrom;
