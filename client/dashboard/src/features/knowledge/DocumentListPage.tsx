import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useMemo, useRef, useState } from 'react';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { Page } from '../../ui/Page.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { useFileDrop } from '../inbox/use-file-drop.ts';
import { RowsSkeleton } from '../settings/ListParts.tsx';
import { AddMenu } from './AddMenu.tsx';
import { DocumentRow } from './DocumentRow.tsx';
import { DropOverlay } from './DropOverlay.tsx';
import { KnowledgeTabs } from './KnowledgeTabs.tsx';
import { NoDocuments } from './NoDocuments.tsx';
import { documentsQuery } from './queries.ts';
import { UploadTray } from './UploadTray.tsx';
import { useDocumentsLive } from './use-documents-live.ts';
import { type Uploads, useUploads } from './use-uploads.ts';
import { WebDialog } from './WebDialog.tsx';
import { acceptedFiles, type WayToAdd } from './ways-to-add.ts';

const none: readonly DocumentView[] = [];
/** From this many documents on, the list has a filter. */
const filterFrom = 8;
/** So many are drawn at first, and with each press of the button for more. */
const step = 100;

/** What the assistant answers from: all documents of the client, and the ways to add to them. */
export function DocumentListPage() {
  const { clientId, may } = useCurrentClient();
  const query = useQuery(documentsQuery(clientId));
  const documents = query.data ?? none;
  useDocumentsLive(clientId, documents);
  const uploads = useUploads(clientId);
  const adding = useAdding(uploads);
  const mayManage = may('knowledge.manage');
  const isEmpty = query.data?.length === 0 && uploads.entries.length === 0;
  return (
    <Page
      title="Knowledge"
      description="What the assistant answers from. It cites the passages it used."
      actions={mayManage && <AddMenu onChoose={adding.choose} />}
    >
      <KnowledgeTabs />
      {mayManage && (
        <>
          <UploadTray uploads={uploads} />
          <DropZone onFiles={uploads.add} />
          {adding.parts}
        </>
      )}
      {query.isPending && <RowsSkeleton label="Loading documents" />}
      {query.isError && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {isEmpty && <NoDocuments onChoose={mayManage ? adding.choose : null} />}
      {documents.length > 0 && <Documents documents={documents} />}
    </Page>
  );
}

function DropZone({ onFiles }: { onFiles: (files: FileList) => void }) {
  return useFileDrop(onFiles) && <DropOverlay />;
}

/** The way that was chosen: the file picker, a dialog, or a page of its own. */
function useAdding(uploads: Uploads) {
  const { clientId } = useCurrentClient();
  const navigate = useNavigate();
  const picker = useRef<HTMLInputElement>(null);
  const [web, setWeb] = useState<'page' | 'site' | null>(null);
  const choose = (way: WayToAdd) => {
    if (way === 'files') picker.current?.click();
    else if (way === 'page' || way === 'site') setWeb(way);
    else void navigate({ to: '/c/$clientId/knowledge/new/$kind', params: { clientId, kind: way } });
  };
  const parts = (
    <>
      <input
        ref={picker}
        type="file"
        multiple
        hidden
        accept={acceptedFiles}
        aria-label="Files to add"
        onChange={({ target }) => {
          if (target.files) uploads.add([...target.files]);
          target.value = '';
        }}
      />
      <WebDialog isOpen={web === 'page'} kind="page" onClose={() => setWeb(null)} />
      <WebDialog isOpen={web === 'site'} kind="site" onClose={() => setWeb(null)} />
    </>
  );
  return { choose, parts };
}

function Documents({ documents }: { documents: readonly DocumentView[] }) {
  const [words, setWords] = useState('');
  const [shownMax, setShownMax] = useState(step);
  const matching = useMemo(() => filtered(documents, words), [documents, words]);
  const passages = documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
  return (
    <section aria-label="Documents" className="flex flex-col gap-3">
      {documents.length >= filterFrom && (
        <div className="flex flex-wrap items-center justify-between gap-3">
          <p className="text-muted text-xs">
            {documents.length.toLocaleString('en')} documents, {passages.toLocaleString('en')} passages
          </p>
          <TextField
            label="Filter"
            hideLabel
            placeholder="Filter by name, address or status"
            className="w-full sm:w-72"
            value={words}
            onChange={setWords}
          />
        </div>
      )}
      {matching.length === 0 ? (
        <p role="status" className="py-6 text-center text-muted">
          No document has these words.
        </p>
      ) : (
        <ul className="divide-y divide-line overflow-hidden rounded-2xl border border-line bg-surface">
          {matching.slice(0, shownMax).map((document) => (
            <DocumentRow key={document.id} document={document} />
          ))}
        </ul>
      )}
      {matching.length > shownMax && (
        <Button className="self-center" onPress={() => setShownMax(shownMax + step)}>
          Show more
        </Button>
      )}
    </section>
  );
}

function filtered(documents: readonly DocumentView[], typed: string): readonly DocumentView[] {
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  return documents.filter(({ name, url, status }) => {
    const text = `${name} ${url ?? ''} ${status}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}
