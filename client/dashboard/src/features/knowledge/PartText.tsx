import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ExternalLink } from 'lucide-react';
import { useMemo } from 'react';
import type { DocumentView, PartSummaryView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { Passage } from './Passage.tsx';
import { partQuery } from './queries.ts';
import { segmentsOf } from './segments.ts';

interface PartTextProps {
  document: DocumentView;
  number: number;
  soughtId: string | null;
  /** Those before and after, as far as they are known. */
  parts: readonly PartSummaryView[];
}

/** One page or part of a document: its text with its passages outlined. */
export function PartText({ document, number, soughtId, parts }: PartTextProps) {
  const { clientId } = useCurrentClient();
  const query = useQuery(partQuery(clientId, document.id, number));
  const segments = useMemo(() => (query.data ? segmentsOf(query.data) : []), [query.data]);
  if (query.isPending) {
    return (
      <Loading label="Loading the text" className="flex flex-col gap-3">
        <Skeleton className="h-6 w-48" />
        <Skeleton className="h-32 w-full rounded-xl" />
        <Skeleton className="h-32 w-full rounded-xl" />
      </Loading>
    );
  }
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  const part = query.data;
  const at = parts.findIndex((one) => one.number === number);
  return (
    <div className="flex flex-col gap-3">
      <div>
        <h2 className="break-words font-semibold">{part.title}</h2>
        {part.url !== null && (
          <a
            href={part.url}
            target="_blank"
            rel="noreferrer noopener"
            className="flex items-center gap-1 break-all text-accent-fg text-xs underline underline-offset-2"
          >
            {part.url} <ExternalLink size={12} aria-hidden className="shrink-0" />
          </a>
        )}
      </div>
      {segments.length === 0 && <p className="text-muted">There is no text on it.</p>}
      <ol aria-label="Text and passages" className="flex flex-col gap-2">
        {segments.map((segment) =>
          segment.kind === 'passage' ? (
            <Passage
              key={segment.chunk.id}
              documentId={document.id}
              chunk={segment.chunk}
              original={segment.text}
              isSought={segment.chunk.id === soughtId}
            />
          ) : (
            <li key={segment.start} dir="auto" className="whitespace-pre-wrap break-words px-3.5 pt-2 font-medium">
              {segment.text}
            </li>
          ),
        )}
      </ol>
      {parts.length > 1 && at !== -1 && (
        <nav aria-label="Neighbours" className="flex justify-between gap-2 pt-2">
          <Neighbour documentId={document.id} part={parts[at - 1]} label="Previous" />
          <Neighbour documentId={document.id} part={parts[at + 1]} label="Next" />
        </nav>
      )}
    </div>
  );
}

interface NeighbourProps {
  documentId: string;
  part: PartSummaryView | undefined;
  label: string;
}

function Neighbour({ documentId, part, label }: NeighbourProps) {
  const { clientId } = useCurrentClient();
  if (!part) return <span />;
  return (
    <Link
      to="/c/$clientId/knowledge/$documentId"
      params={{ clientId, documentId }}
      search={{ part: part.number }}
      className={buttonClass('secondary', 'small', 'min-w-0 max-w-[48%] shrink!')}
    >
      <span className="truncate">
        {label}: {part.title}
      </span>
    </Link>
  );
}
