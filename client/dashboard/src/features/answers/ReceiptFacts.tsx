import { ThumbsDown, ThumbsUp } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ReceiptView } from '../../../../../shared/contracts/answers.ts';
import { knownFrom } from '../../../../../shared/knowledge-vocabulary.ts';
import { fullTime, nearTime } from '../../lib/dates.ts';
import { Badge } from '../../ui/Badge.tsx';
import { countText, durationText, moneyText, percentText } from './figures.ts';
import { engineNames, outcomeLabels } from './labels.ts';

/** How the answer came about, in figures. */
export function ReceiptFacts({ receipt }: { receipt: ReceiptView }) {
  const { outcome, engine, model, promptVersion, confidence, tokensIn, tokensOut, costMicros } = receipt;
  const told = outcomeLabels[outcome];
  return (
    <section aria-label="How it came about" className="flex flex-col gap-3">
      <p className="flex flex-wrap items-center gap-2">
        <Badge tone={told.tone}>{told.label}</Badge>
        <span className="text-muted">{told.meaning}</span>
        {receipt.reviewedAt !== null && (
          <span title={fullTime(receipt.reviewedAt)}>
            <Badge tone="success">Settled</Badge>
          </span>
        )}
      </p>
      <dl className="grid grid-cols-2 gap-x-4 gap-y-2.5 sm:grid-cols-3">
        <Fact label="How sure the search was">
          {confidence === null
            ? 'Nothing was searched'
            : `${percentText(confidence)} (answers from ${percentText(knownFrom)})`}
        </Fact>
        <Fact label="Engine">{engineNames[engine]}</Fact>
        <Fact label="Model">{model === null ? 'None' : <span className="font-mono text-xs">{model}</span>}</Fact>
        <Fact label="Instructions">
          {promptVersion === null ? 'None' : <span className="font-mono text-xs">{promptVersion}</span>}
        </Fact>
        <Fact label="Tokens in and out">
          {tokensIn + tokensOut === 0 ? 'None' : `${countText(tokensIn)} + ${countText(tokensOut)}`}
        </Fact>
        <Fact label="Cost">{costMicros === 0 ? 'Nothing' : moneyText(costMicros)}</Fact>
        <Fact label="Time taken">{durationText(receipt.durationMs)}</Fact>
        <Fact label="When">
          <time dateTime={receipt.createdAt} title={fullTime(receipt.createdAt)}>
            {nearTime(receipt.createdAt)}
          </time>
        </Fact>
        <Fact label="The visitor found it">
          <RatingText rating={receipt.rating} />
        </Fact>
      </dl>
    </section>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-muted text-xs">{label}</dt>
      <dd className="break-words">{children}</dd>
    </div>
  );
}

/** What the visitor thought of an answer, in a word. */
export function RatingText({ rating }: { rating: number | null }) {
  if (rating === null) return 'Not said';
  const isGood = rating > 0;
  const Icon = isGood ? ThumbsUp : ThumbsDown;
  return (
    <span
      className={
        isGood ? 'inline-flex items-center gap-1 text-success-fg' : 'inline-flex items-center gap-1 text-danger-fg'
      }
    >
      <Icon size={14} aria-hidden /> {isGood ? 'Helpful' : 'Not helpful'}
    </span>
  );
}
