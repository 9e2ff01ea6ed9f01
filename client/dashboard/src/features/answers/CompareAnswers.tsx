import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { type ReceiptView, type TriedAnswerView, tryAnswer } from '../../../../../shared/contracts/answers.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Markdown } from '../../ui/Markdown.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { durationText, moneyText, percentText } from './figures.ts';
import { engineNames, outcomeLabels } from './labels.ts';
import { citePassages, PassageLink } from './PassageLink.tsx';
import { questionLine } from './plain-answer.ts';
import { useInSight } from './use-in-sight.ts';

/** A model or a workflow may take its time. */
const timeoutMs = 125_000;

/** Asks the question once more, and shows what would be said now beside what was said then. */
export function CompareAnswers({ receipt }: { receipt: ReceiptView }) {
  const { clientId } = useCurrentClient();
  const text = questionLine(receipt.question, limits.tryQuestionCharsMax);
  const ask = useMutation({
    mutationFn: () =>
      call(tryAnswer, { params: { clientId }, body: { widgetId: receipt.widgetId, text } }, { timeoutMs }),
  });
  const { mutate } = ask;
  useEffect(() => mutate(), [mutate]);
  const place = useInSight(ask.status);
  return (
    <section ref={place} aria-label="Then and now" className="flex flex-col gap-3">
      <div className="grid gap-3 sm:grid-cols-2">
        <Side title="Then" account={receipt} />
        <div role="status" className="min-w-0">
          {ask.isPending ? (
            <div className="flex flex-col gap-2 rounded-xl border border-line p-3">
              <p className="text-muted">The assistant is thinking…</p>
              <Skeleton className="h-16 w-full" />
            </div>
          ) : (
            ask.data && <Side title="Now" account={ask.data} />
          )}
        </div>
      </div>
      {ask.isError && <Notice tone="danger">{sentenceOf(ask.error)}</Notice>}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="min-w-48 flex-1 text-muted text-xs">
          Asked by itself, without what was said before it. Nothing of it is kept, though a model counts what it uses
          and a workflow is called.
        </p>
        <Button size="small" isPending={ask.isPending} onPress={() => mutate()}>
          Once more
        </Button>
      </div>
    </section>
  );
}

function Side({ title, account }: { title: string; account: Omit<TriedAnswerView, 'offersPerson'> }) {
  const told = outcomeLabels[account.outcome];
  const cited = account.passages.filter((passage) => passage.cited);
  const failures = account.steps.filter(({ failure }) => failure !== null);
  return (
    <article
      aria-label={title}
      className="flex h-full min-w-0 flex-col gap-2 rounded-xl border border-line bg-canvas p-3"
    >
      <h4 className="flex flex-wrap items-center gap-2 font-semibold">
        {title} <Badge tone={told.tone}>{told.label}</Badge>
      </h4>
      {account.answer === '' ? (
        <p className="text-muted">Nothing was said.</p>
      ) : (
        <div dir="auto" className="break-words">
          <Markdown text={account.answer} cite={citePassages(account.passages)} />
        </div>
      )}
      {cited.length > 0 && (
        <ol aria-label="Cited passages" className="flex flex-col gap-0.5 text-xs">
          {cited.map((passage) => (
            <li key={passage.chunkId} className="flex gap-1.5">
              <span className="text-muted">[{passage.number}]</span>
              <PassageLink
                passage={passage}
                className="min-w-0 break-words text-accent-fg underline underline-offset-2"
              />
            </li>
          ))}
        </ol>
      )}
      {failures.map(({ engine, failure }) => (
        <p key={engine} className="break-words text-danger-fg text-xs">
          {engineNames[engine]}: {failure}
        </p>
      ))}
      <p className="mt-auto pt-1 text-muted text-xs">{factsOf(account).join(' · ')}</p>
    </article>
  );
}

function factsOf(account: Omit<TriedAnswerView, 'offersPerson'>): string[] {
  const { engine, model, confidence, costMicros, durationMs } = account;
  return [
    engineNames[engine],
    ...(model === null ? [] : [model]),
    ...(confidence === null ? [] : [`${percentText(confidence)} sure`]),
    ...(costMicros === 0 ? [] : [`cost ${moneyText(costMicros)}`]),
    durationText(durationMs),
  ];
}
