import type { UseQueryResult } from '@tanstack/react-query';
import type { AnswerCountsView } from '../../../../../shared/contracts/answers.ts';
import { answerOutcomes } from '../../../../../shared/knowledge-vocabulary.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Loading, Skeleton } from '../../ui/states.tsx';
import { countText, percentText } from './figures.ts';
import { outcomeLabels } from './labels.ts';

/** What came of the questions of the last 30 days, each number with what it means. */
export function Counts({ query }: { query: UseQueryResult<AnswerCountsView> }) {
  if (query.isError && query.data === undefined) return <Notice tone="danger">{sentenceOf(query.error)}</Notice>;
  const counts = query.data;
  if (!counts) {
    return (
      <Loading label="Counting the answers">
        <Skeleton className="h-28 w-full rounded-2xl" />
      </Loading>
    );
  }
  const total = answerOutcomes.reduce((sum, outcome) => sum + counts[outcome], 0);
  return (
    <section aria-labelledby="answer-counts" className="flex flex-col gap-2">
      <h2 id="answer-counts" className="text-muted text-xs">
        {total === 1 ? '1 question' : `${countText(total)} questions`} in the last 30 days
      </h2>
      <dl className="grid gap-px overflow-hidden rounded-2xl border border-line bg-line sm:grid-cols-5">
        {answerOutcomes.map((outcome) => {
          const { label, tone, meaning } = outcomeLabels[outcome];
          return (
            <div
              key={outcome}
              className="flex flex-wrap items-center gap-x-3 gap-y-1 bg-surface px-4 py-2.5 sm:block sm:py-3"
            >
              <dt>
                <Badge tone={tone}>{label}</Badge>
              </dt>
              <dd className="ml-auto sm:ml-0">
                <span className="font-semibold text-xl tabular-nums">{countText(counts[outcome])}</span>{' '}
                {total > 0 && (
                  <span className="text-muted text-xs tabular-nums">{percentText(counts[outcome] / total)}</span>
                )}
              </dd>
              <dd className="w-full text-muted text-xs">{meaning}</dd>
            </div>
          );
        })}
      </dl>
    </section>
  );
}
