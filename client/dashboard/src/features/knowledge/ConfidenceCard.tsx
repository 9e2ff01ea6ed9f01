import type { PassageResultsView } from '../../../../../shared/contracts/knowledge.ts';
import { knownFrom } from '../../../../../shared/knowledge-vocabulary.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Notice } from '../../ui/Notice.tsx';

const percent = (share: number) => Math.round(share * 100);

/** How sure the search is, against the threshold from which an assistant answers. */
export function ConfidenceCard({ results }: { results: PassageResultsView }) {
  const { confidence, hits, terms } = results;
  const wouldAnswer = hits.length > 0 && confidence >= knownFrom;
  return (
    <section
      aria-label="Confidence"
      className="flex flex-col gap-2.5 rounded-2xl border border-line bg-surface p-4 sm:p-5"
    >
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <p className="font-semibold">
          {percent(confidence)} % sure{' '}
          <span className="font-normal text-muted">that these passages hold the answer</span>
        </p>
        <Badge tone={wouldAnswer ? 'success' : 'warning'}>
          {wouldAnswer ? 'Would answer' : 'Would say it does not know'}
        </Badge>
      </div>
      <div aria-hidden className="relative pt-1 pb-4">
        <div className="h-2 overflow-hidden rounded-full bg-neutral">
          <div
            className={wouldAnswer ? 'h-full bg-success-fg' : 'h-full bg-warning-fg'}
            style={{ width: `${percent(confidence)}%` }}
          />
        </div>
        <div className="absolute inset-y-0 border-fg border-l-2" style={{ left: `${percent(knownFrom)}%` }} />
        <span
          className="absolute bottom-0 -translate-x-full pr-1.5 text-2xs text-muted leading-none"
          style={{ left: `${percent(knownFrom)}%` }}
        >
          answers from {percent(knownFrom)} %
        </span>
      </div>
      {results.note !== undefined && <Notice tone="warning">{results.note}</Notice>}
      <p className="text-muted text-xs">
        Below {percent(knownFrom)} % the assistant says that it does not know and offers a person.
        {terms.length > 0 && (
          <>
            {' '}
            Looked up: <span className="break-words font-mono">{terms.join(' · ')}</span>
          </>
        )}
      </p>
    </section>
  );
}
