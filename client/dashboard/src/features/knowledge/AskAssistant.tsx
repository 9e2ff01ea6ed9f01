import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Bot } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { type TriedAnswerView, tryAnswer, type UsedPassageView } from '../../../../../shared/contracts/answers.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { type AnswerEngine, answerEngines } from '../../../../../shared/knowledge-vocabulary.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { sentenceOf } from '../../lib/problem.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { Markdown } from '../../ui/Markdown.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { SelectField } from '../../ui/SelectField.tsx';
import { countText, durationText, moneyText, percentText } from '../answers/figures.ts';
import { engineNames, outcomeLabels } from '../answers/labels.ts';
import { engineLabels } from '../widgets/labels.ts';

/** A model or a workflow may take its time. */
const timeoutMs = 125_000;

interface AskAssistantProps {
  question: string;
  widgets: readonly WidgetView[];
  /** The widget to begin with. */
  widgetId: string | undefined;
}

/** What a visitor who asks this would read, from the assistant of a widget. Nothing of it is kept. */
export function AskAssistant({ question, widgets, widgetId }: AskAssistantProps) {
  const { clientId } = useCurrentClient();
  const [chosen, setChosen] = useState<string | null>(null);
  const [engine, setEngine] = useState<AnswerEngine | 'own'>('own');
  const widget = widgets.find(({ id }) => id === (chosen ?? widgetId)) ?? widgets[0];
  const ask = useMutation({
    mutationFn: (asked: { text: string; widgetId: string }) =>
      call(tryAnswer, { params: { clientId }, body: { ...asked, ...(engine !== 'own' && { engine }) } }, { timeoutMs }),
  });
  if (!widget) {
    return (
      <p className="text-muted text-xs">
        To hear the assistant itself,{' '}
        <Link to="/c/$clientId/widgets/new" params={{ clientId }} className="text-accent-fg underline">
          make a widget
        </Link>{' '}
        first.
      </p>
    );
  }
  return (
    <section
      aria-labelledby="ask-assistant"
      className="flex flex-col gap-3 rounded-2xl border border-line bg-surface p-4 sm:p-5"
    >
      <div>
        <h2 id="ask-assistant" className="font-semibold">
          Ask the assistant
        </h2>
        <p className="text-muted text-xs">
          The answer a visitor would get to this question. Nothing of it is kept, though a model counts what it uses and
          a workflow is called.
        </p>
      </div>
      <div className="flex flex-wrap items-end gap-3">
        <SelectField
          label="Widget"
          value={widget.id}
          onChange={setChosen}
          options={widgets.map(({ id, name }) => ({ id, label: name }))}
          className="w-48"
        />
        <SelectField
          label="Engine"
          value={engine}
          onChange={setEngine}
          options={[
            { id: 'own', label: `The widget’s: ${engineLabels[widget.engine].label}` },
            ...answerEngines.map((id) => ({ id, label: engineNames[id] })),
          ]}
          className="w-64 max-w-full"
        />
        <Button
          isPending={ask.isPending}
          isDisabled={question.trim() === ''}
          onPress={() => ask.mutate({ text: question, widgetId: widget.id })}
        >
          <Bot size={16} aria-hidden /> Ask the assistant
        </Button>
      </div>
      <div role="status" className="flex flex-col gap-3">
        {ask.isPending && <p className="text-muted">The assistant is thinking.</p>}
        {ask.data && !ask.isPending && <Answer answer={ask.data} asked={ask.variables.text} />}
      </div>
      {ask.isError && <Notice tone="danger">{sentenceOf(ask.error)}</Notice>}
    </section>
  );
}

function Answer({ answer, asked }: { answer: TriedAnswerView; asked: string }) {
  const outcome = outcomeLabels[answer.outcome];
  const cited = answer.passages.filter((passage) => passage.cited);
  const cite = (number: number) => {
    const passage = answer.passages.find((one) => one.number === number);
    return passage && <PassageLink passage={passage}>[{number}]</PassageLink>;
  };
  const failures = answer.steps.filter(({ failure }) => failure !== null);
  return (
    <>
      <p className="text-muted text-xs">To “{asked}”:</p>
      {answer.answer !== '' && (
        <div dir="auto" className="rounded-xl bg-accent-soft px-3.5 py-2.5 break-words">
          <Markdown text={answer.answer} cite={cite} />
        </div>
      )}
      {cited.length > 0 && (
        <ol aria-label="Cited passages" className="flex flex-col gap-1 text-xs">
          {cited.map((passage) => (
            <li key={passage.chunkId} className="flex gap-1.5">
              <span className="text-muted">[{passage.number}]</span>
              <PassageLink passage={passage}>
                {passage.documentName}
                {passage.page !== null && `, page ${passage.page}`}
              </PassageLink>
            </li>
          ))}
        </ol>
      )}
      <p className="flex flex-wrap items-center gap-2 text-muted text-xs">
        <Badge tone={outcome.tone}>{outcome.label}</Badge>
        {answer.offersPerson && <Badge tone="note">Offers a person</Badge>}
        <span>{factsOf(answer).join(' · ')}</span>
      </p>
      {failures.map(({ engine, failure }) => (
        <Notice key={engine} tone="warning" title={`${engineNames[engine]} did not answer`}>
          {failure}
        </Notice>
      ))}
    </>
  );
}

function PassageLink({ passage, children }: { passage: UsedPassageView; children: ReactNode }) {
  const { clientId } = useCurrentClient();
  return (
    <Link
      to="/c/$clientId/knowledge/$documentId"
      params={{ clientId, documentId: passage.documentId }}
      hash={`chunk=${passage.chunkId}`}
      className="min-w-0 break-words text-accent-fg underline underline-offset-2"
    >
      {children}
    </Link>
  );
}

function factsOf({
  engine,
  model,
  confidence,
  tokensIn,
  tokensOut,
  costMicros,
  durationMs,
}: TriedAnswerView): string[] {
  return [
    engineNames[engine],
    ...(model === null ? [] : [model]),
    ...(confidence === null ? [] : [`${percentText(confidence)} sure`]),
    ...(tokensIn + tokensOut === 0 ? [] : [`${countText(tokensIn)} + ${countText(tokensOut)} tokens`]),
    ...(costMicros === 0 ? [] : [`cost ${moneyText(costMicros)}`]),
    durationText(durationMs),
  ];
}
