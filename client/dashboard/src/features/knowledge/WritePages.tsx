import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { ArrowLeft } from 'lucide-react';
import { useCurrentClient } from '../../lib/current-client.ts';
import { isProblem } from '../../lib/problem.ts';
import { Page } from '../../ui/Page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { RowsSkeleton } from '../settings/ListParts.tsx';
import { NotPermitted } from '../settings/NotPermitted.tsx';
import { NotFoundScreen } from '../shell/screens.tsx';
import { documentQuery } from './queries.ts';
import { WriteForm, type WrittenKind } from './WriteForm.tsx';

const newRoute = getRouteApi('/signed-in/c/$clientId/knowledge/new/$kind');
const editRoute = getRouteApi('/signed-in/c/$clientId/knowledge/$documentId/edit');

const titles: Record<WrittenKind, { title: string; description: string }> = {
  text: { title: 'New text', description: 'What the assistant should know, in your words.' },
  qa: {
    title: 'New questions and answers',
    description: 'What is asked again and again, with the answer you want given.',
  },
};

/** A new text, or new questions with answers. */
export function NewWrittenPage() {
  const { may } = useCurrentClient();
  const { kind } = newRoute.useParams();
  if (kind !== 'text' && kind !== 'qa') return <NotFoundScreen />;
  return (
    <Page {...titles[kind]} width="narrow" actions={<BackLink />}>
      {may('knowledge.manage') ? <WriteForm key={kind} kind={kind} /> : <NotPermitted />}
    </Page>
  );
}

/** What was written of a document, to be changed. */
export function EditWrittenPage() {
  const { clientId, may } = useCurrentClient();
  const { documentId } = editRoute.useParams();
  const query = useQuery({ ...documentQuery(clientId, documentId), refetchOnWindowFocus: false });
  const kind = query.data?.kind;
  if (isProblem(query.error, 'not-found')) return <NotFoundScreen />;
  if (kind !== undefined && kind !== 'text' && kind !== 'qa') return <NotFoundScreen />;
  return (
    <Page title={query.data?.name ?? 'Edit'} width="narrow" actions={<BackLink />}>
      {query.isPending && <RowsSkeleton label="Loading the document" />}
      {query.isError && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data && kind && !may('knowledge.manage') && <NotPermitted />}
      {query.data && kind && may('knowledge.manage') && (
        <WriteForm key={documentId} kind={kind} document={query.data} />
      )}
    </Page>
  );
}

function BackLink() {
  const { clientId } = useCurrentClient();
  return (
    <Link
      to="/c/$clientId/knowledge"
      params={{ clientId }}
      className="flex items-center gap-1.5 rounded-lg px-2 py-1.5 text-muted hover:bg-hover hover:text-fg"
    >
      <ArrowLeft size={16} aria-hidden /> All documents
    </Link>
  );
}
