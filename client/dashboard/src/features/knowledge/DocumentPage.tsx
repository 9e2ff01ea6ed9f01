import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useLocation } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useEffect } from 'react';
import type { DocumentDetailView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { itemsOf } from '../../lib/paging.ts';
import { isProblem } from '../../lib/problem.ts';
import { useDocumentTitle } from '../../lib/title.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { Notice } from '../../ui/Notice.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { NotFoundScreen } from '../shell/screens.tsx';
import { DocumentHeader } from './DocumentHeader.tsx';
import { kindOf } from './kinds.ts';
import { PartList, type PartListProps, PartSelect } from './PartList.tsx';
import { PartText } from './PartText.tsx';
import { chunkQuery, documentQuery, partsQuery } from './queries.ts';
import { soughtChunk } from './searches.ts';
import { useDocumentsLive } from './use-documents-live.ts';

const route = getRouteApi('/signed-in/c/$clientId/knowledge/$documentId');

/** One document: how its reading stands, and its text with the passages that answer. */
export function DocumentPage() {
  const { clientId } = useCurrentClient();
  const { documentId } = route.useParams();
  const query = useQuery(documentQuery(clientId, documentId));
  useDocumentsLive(clientId, query.data ? [query.data] : []);
  if (isProblem(query.error, 'not-found') || isProblem(query.error, 'validation-failed')) return <NotFoundScreen />;
  if (query.data) return <OpenDocument key={documentId} document={query.data} />;
  if (query.isError) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />;
  return (
    <Loading label="Loading the document" className="flex flex-col gap-4 p-6">
      <Skeleton className="h-7 w-52" />
      <Skeleton className="h-96 w-full max-w-3xl rounded-2xl" />
    </Loading>
  );
}

function OpenDocument({ document }: { document: DocumentDetailView }) {
  const { clientId } = useCurrentClient();
  useDocumentTitle(document.name);
  const answers = document.version > 0;
  return (
    <div className="flex h-full min-h-0 flex-col">
      <div className="flex shrink-0 items-start gap-1 border-line border-b px-2 pt-3 pb-3 sm:px-4">
        <Link
          to="/c/$clientId/knowledge"
          params={{ clientId }}
          aria-label="Back to all documents"
          className="flex size-9 shrink-0 items-center justify-center rounded-lg text-muted hover:bg-hover hover:text-fg"
        >
          <ArrowLeft size={18} aria-hidden />
        </Link>
        <DocumentHeader document={document} />
      </div>
      {answers ? <Content document={document} /> : <Nothing document={document} />}
    </div>
  );
}

function Nothing({ document }: { document: DocumentDetailView }) {
  const { icon: Icon } = kindOf(document);
  return (
    <div className="flex min-h-0 flex-1 items-center overflow-y-auto">
      <EmptyState icon={<Icon size={24} />} title="No passages yet">
        {document.status === 'failed'
          ? 'It could not be read, so no answer uses it. The reason is above.'
          : 'It is being read. Its text appears here as soon as that is done.'}
      </EmptyState>
    </div>
  );
}

function Content({ document }: { document: DocumentDetailView }) {
  const { clientId } = useCurrentClient();
  const isWide = useMediaQuery('(min-width: 60rem)');
  const { part: asked } = route.useSearch();
  const soughtId = soughtChunk(useLocation({ select: ({ hash }) => hash }));
  const sought = useQuery({ ...chunkQuery(clientId, document.id, soughtId ?? ''), enabled: soughtId !== null });
  const isGone = soughtId !== null && (sought.isError || (sought.data && sought.data.documentId !== document.id));
  const isLooking = soughtId !== null && sought.isPending;
  const found = sought.data?.documentId === document.id ? sought.data.partNumber : undefined;
  const current = found ?? asked ?? 1;

  const query = useInfiniteQuery(partsQuery(clientId, document.id));
  const parts = itemsOf(query.data);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = query;
  const isListed = parts.length === 0 || parts.some(({ number }) => number === current);
  // The list reaches as far as the part that is open.
  useEffect(() => {
    if (!isListed && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [isListed, hasNextPage, isFetchingNextPage, fetchNextPage]);

  const list: PartListProps = {
    documentId: document.id,
    parts,
    current,
    hasMore: hasNextPage,
    isLoadingMore: isFetchingNextPage,
    onMore: () => void fetchNextPage(),
  };
  const hasList = parts.length > 1;
  return (
    <div className="flex min-h-0 flex-1">
      {hasList && isWide && (
        <aside className="w-60 shrink-0 border-line border-r bg-canvas">
          <PartList {...list} />
        </aside>
      )}
      <section
        aria-label="Text"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: without passages to edit it still scrolls by keyboard
        tabIndex={0}
        className="scroll-thin relative min-w-0 flex-1 overflow-y-auto px-4 py-5 -outline-offset-2! sm:px-6"
      >
        <div className="mx-auto flex max-w-3xl flex-col gap-4">
          {hasList && !isWide && <PartSelect {...list} />}
          {isGone && (
            <Notice tone="warning">
              The passage you came for is no longer there: the document has been read again since.
            </Notice>
          )}
          {!isLooking && (
            <PartText key={current} document={document} number={current} soughtId={soughtId} parts={parts} />
          )}
        </div>
      </section>
    </div>
  );
}
