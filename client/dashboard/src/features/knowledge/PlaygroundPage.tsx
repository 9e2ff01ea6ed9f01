import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { FlaskConical, Search, SearchX } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type ChunkView, type PassageResultsView, searchKnowledge } from '../../../../../shared/contracts/knowledge.ts';
import type { WidgetView } from '../../../../../shared/contracts/widgets.ts';
import { limits } from '../../../../../shared/limits.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { Page } from '../../ui/Page.tsx';
import { ServerForm } from '../../ui/ServerForm.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useAction } from '../../ui/use-action.ts';
import { widgetsQuery } from '../widgets/queries.ts';
import { AskAssistant } from './AskAssistant.tsx';
import { ConfidenceCard } from './ConfidenceCard.tsx';
import { HitCard } from './HitCard.tsx';
import { KnowledgeTabs } from './KnowledgeTabs.tsx';
import { documentsOfScope, type Scope, scopeDocumentsMax } from './playground-scope.ts';
import { ScopePicker } from './ScopePicker.tsx';

const route = getRouteApi('/signed-in/c/$clientId/knowledge/playground');
const noWidgets: readonly WidgetView[] = [];

interface Found {
  question: string;
  results: PassageResultsView;
  /** The places of passages in the answer before to the same question; undefined when there was none. */
  ranksBefore: ReadonlyMap<string, number> | undefined;
  /** Whether a passage was changed since. */
  isStale: boolean;
}

/** Asks as a visitor would, and shows what is found and why. */
export function PlaygroundPage() {
  const { clientId, may } = useCurrentClient();
  const { q, widget } = route.useSearch();
  const widgets = useQuery(widgetsQuery(clientId)).data ?? noWidgets;
  const [text, setText] = useState(q ?? '');
  const [scope, setScope] = useState<Scope>(
    widget === undefined ? { kind: 'all' } : { kind: 'widget', widgetId: widget },
  );
  const [found, setFound] = useState<Found | null>(null);
  const search = useAction(
    async (question: string) => {
      const documentIds = documentsOfScope(scope, widgets)?.slice(0, scopeDocumentsMax);
      const body = { text: question, limit: 10, ...(documentIds && { documentIds }) };
      return { question, results: await call(searchKnowledge, { params: { clientId }, body }) };
    },
    ({ question, results }) => {
      setFound((before) => ({
        question,
        results,
        ranksBefore: before?.question === question ? ranksOf(before.results) : undefined,
        isStale: false,
      }));
    },
  );
  // An address with a question asks it, once.
  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || q === undefined) return;
    begun.current = true;
    search.run(q);
  });
  const change = (chunk: ChunkView) => setFound((before) => before && withChunk(before, chunk));
  return (
    <Page
      title="Playground"
      description="Ask as a visitor would. See which passages are found, why, and whether the assistant would answer."
    >
      <KnowledgeTabs />
      <ServerForm
        faults={search.faults}
        error={search.error}
        pointers={['/text']}
        onSubmit={() => search.run(text)}
        className="rounded-2xl border border-line bg-surface p-4 sm:p-5"
      >
        <div className="flex flex-wrap items-start gap-3">
          <TextField
            label="Question"
            pointer="/text"
            placeholder="How long does shipping take?"
            maxLength={limits.questionCharsMax}
            autoFocus
            className="min-w-60 flex-1 basis-full sm:basis-0"
            value={text}
            onChange={setText}
          />
          <Button type="submit" look="primary" isPending={search.isPending} className="sm:mt-6">
            <Search size={16} aria-hidden /> Ask
          </Button>
        </div>
        <ScopePicker scope={scope} widgets={widgets} onChange={setScope} />
      </ServerForm>
      {found?.isStale && (
        <Notice tone="note" isAlert={false}>
          <p>You changed passages. What is below was found before.</p>
          <Button size="small" className="mt-2" onPress={() => search.run(found.question)}>
            Ask again
          </Button>
        </Notice>
      )}
      {found ? <Results found={found} onChanged={change} /> : <Invitation />}
      {found && may('answers.review') && (
        <AskAssistant
          question={text.trim() === '' ? found.question : text}
          widgets={widgets}
          widgetId={scope.kind === 'widget' ? scope.widgetId : undefined}
        />
      )}
    </Page>
  );
}

function Results({ found, onChanged }: { found: Found; onChanged: (chunk: ChunkView) => void }) {
  const { results, ranksBefore, question } = found;
  const bestScore = results.hits[0]?.score ?? 0;
  return (
    <>
      <p role="status" className="sr-only">
        {results.hits.length} passages found
      </p>
      <ConfidenceCard results={results} />
      {results.hits.length === 0 ? (
        <NothingFound />
      ) : (
        <ol aria-label={`Passages found for: ${question}`} className="flex flex-col gap-3">
          {results.hits.map((hit, index) => (
            <HitCard
              key={hit.chunk.id}
              hit={hit}
              rank={index + 1}
              rankBefore={ranksBefore && (ranksBefore.get(hit.chunk.id) ?? null)}
              bestScore={bestScore}
              onChanged={onChanged}
            />
          ))}
        </ol>
      )}
    </>
  );
}

function NothingFound() {
  const { clientId, may } = useCurrentClient();
  return (
    <div className="rounded-2xl border border-line border-dashed">
      <EmptyState icon={<SearchX size={24} />} title="No passage has any of these words">
        The assistant would say that it does not know, and offer a person.
        {may('knowledge.manage') && (
          <>
            {' '}
            To change that, add a document that says it, or{' '}
            <Link
              to="/c/$clientId/knowledge/new/$kind"
              params={{ clientId, kind: 'qa' }}
              className="text-accent-fg underline"
            >
              write down the question with its answer
            </Link>
            .
          </>
        )}
      </EmptyState>
    </div>
  );
}

function Invitation() {
  return (
    <div className="rounded-2xl border border-line border-dashed">
      <EmptyState icon={<FlaskConical size={24} />} title="Ask something">
        You see the passages that are found, with the words that led there, and how sure the assistant can be. Edit or
        hide a passage right here, and ask again.
      </EmptyState>
    </div>
  );
}

const ranksOf = ({ hits }: PassageResultsView) => new Map(hits.map(({ chunk }, index) => [chunk.id, index + 1]));

function withChunk(found: Found, chunk: ChunkView): Found {
  const hits = found.results.hits.map((hit) => (hit.chunk.id === chunk.id ? { ...hit, chunk } : hit));
  return { ...found, results: { ...found.results, hits }, isStale: true };
}
