import { Link } from '@tanstack/react-router';
import { RotateCw } from 'lucide-react';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { useAgo } from '../../lib/ago.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { fullTime } from '../../lib/dates.ts';
import { Button } from '../../ui/Button.tsx';
import { fileSize } from '../inbox/file-size.ts';
import { DocumentMenu } from './DocumentMenu.tsx';
import { amountsOf, kindOf } from './kinds.ts';
import { isBeingRead } from './reading.ts';
import { ReadingBar, StatusChip } from './StatusChip.tsx';
import { useDocumentActions } from './use-document-actions.ts';

/** One document in the list. */
export function DocumentRow({ document }: { document: DocumentView }) {
  const { clientId, may } = useCurrentClient();
  const actions = useDocumentActions(document);
  const { label, icon: Icon } = kindOf(document);
  const facts = [label, ...(document.sizeBytes === null ? [] : [fileSize(document.sizeBytes)]), ...amountsOf(document)];
  const hasFailed = document.status === 'failed';
  return (
    <li className="relative flex items-start gap-3 px-3 py-3 hover:bg-hover sm:px-4">
      <span
        aria-hidden
        className="mt-0.5 flex size-9 shrink-0 items-center justify-center rounded-xl bg-neutral text-muted"
      >
        <Icon size={18} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <div className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1">
          <Link
            to="/c/$clientId/knowledge/$documentId"
            params={{ clientId, documentId: document.id }}
            // The whole row leads there; what else can be pressed lies above.
            className="min-w-0 truncate font-medium after:absolute after:inset-0"
          >
            {document.name}
          </Link>
          <StatusChip document={document} />
        </div>
        <p className="text-muted text-xs">{facts.join(' · ')}</p>
        {document.url !== null && <p className="truncate text-muted text-xs">{document.url}</p>}
        {isBeingRead(document) && document.status !== 'queued' && (
          <div className="mt-1 max-w-sm">
            <ReadingBar document={document} />
          </div>
        )}
        {document.statusReason !== null && (
          <p className={hasFailed ? 'text-danger-fg text-xs' : 'text-muted text-xs'}>{document.statusReason}</p>
        )}
        {hasFailed && document.version > 0 && (
          <p className="text-muted text-xs">What was read before goes on answering.</p>
        )}
        {hasFailed && may('knowledge.manage') && (
          <div className="relative z-10 mt-1">
            <Button size="small" onPress={() => void actions.readAgain()} aria-label={`Try again: ${document.name}`}>
              <RotateCw size={13} aria-hidden /> Try again
            </Button>
          </div>
        )}
      </div>
      <Times document={document} />
      <span className="relative z-10">
        <DocumentMenu document={document} actions={actions} />
      </span>
    </li>
  );
}

function Times({ document }: { document: DocumentView }) {
  const added = useAgo(document.createdAt);
  const read = useAgo(document.processedAt ?? document.createdAt);
  return (
    <p className="hidden w-36 shrink-0 pt-0.5 text-right text-muted text-xs md:block">
      <time dateTime={document.createdAt} title={fullTime(document.createdAt)} className="block">
        Added {added}
      </time>
      {document.processedAt !== null && (
        <time dateTime={document.processedAt} title={fullTime(document.processedAt)} className="block">
          Read {read}
        </time>
      )}
    </p>
  );
}
