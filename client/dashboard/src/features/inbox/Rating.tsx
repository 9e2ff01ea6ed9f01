import { Star } from 'lucide-react';
import type { RatingView } from '../../../../../shared/contracts/conversations.ts';
import { dateOnly, fullTime } from '../../lib/dates.ts';
import { cx } from '../../ui/cx.ts';

const scores = [1, 2, 3, 4, 5] as const;

/** A score as stars, read out as `4 of 5 stars`. */
export function Stars({ score, size = 14 }: { score: number; size?: number }) {
  return (
    <span role="img" aria-label={`${score} of 5 stars`} className="inline-flex gap-0.5 text-warning-fg">
      {scores.map((one) => (
        <Star key={one} size={size} aria-hidden className={cx(one <= score ? 'fill-current' : 'opacity-40')} />
      ))}
    </span>
  );
}

/** How the visitor found the conversation, at the end of the thread. */
export function RatingLine({ rating, visitorName }: { rating: RatingView; visitorName: string }) {
  return (
    <div className="mx-auto mt-5 flex max-w-md flex-col items-center gap-1 rounded-xl border border-line bg-canvas px-4 py-3 text-center">
      <p className="flex flex-wrap items-center justify-center gap-2 text-xs">
        <span className="text-muted" title={fullTime(rating.createdAt)}>
          {visitorName} rated this conversation
        </span>
        <Stars score={rating.score} />
      </p>
      {rating.comment !== null && <p className="break-words text-[0.8125rem]">“{rating.comment}”</p>}
    </div>
  );
}

/** The same in the details. */
export function RatingFacts({ rating }: { rating: RatingView }) {
  return (
    <section>
      <h3 className="mb-1.5 font-medium text-[0.8125rem]">Rating</h3>
      <p className="flex items-center gap-2 text-[0.8125rem]">
        <Stars score={rating.score} size={16} />
        <span className="text-muted text-xs">{dateOnly(rating.createdAt)}</span>
      </p>
      {rating.comment !== null && <p className="mt-1 break-words text-[0.8125rem]">“{rating.comment}”</p>}
    </section>
  );
}
