import { Link, useNavigate } from '@tanstack/react-router';
import { Ban, ExternalLink, RotateCw, SquarePen } from 'lucide-react';
import type { DocumentView } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { nearTime } from '../../lib/dates.ts';
import { Button, buttonClass } from '../../ui/Button.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { fileSize } from '../inbox/file-size.ts';
import { DocumentMenu } from './DocumentMenu.tsx';
import { amountsOf, kindOf } from './kinds.ts';
import { isBeingRead, stepSentences } from './reading.ts';
import { ReadingBar, StatusChip } from './StatusChip.tsx';
import { useDocumentActions } from './use-document-actions.ts';

/** What the document is, how its reading stands, and what can be done about it. */
export function DocumentHeader({ document }: { document: DocumentView }) {
  const { clientId, may } = useCurrentClient();
  const navigate = useNavigate();
  const actions = useDocumentActions(document);
  const isWritten = document.kind === 'text' || document.kind === 'qa';
  const hasFailed = document.status === 'failed';
  const facts = [
    kindOf(document).label,
    ...(document.sizeBytes === null ? [] : [fileSize(document.sizeBytes)]),
    ...amountsOf(document),
    `added ${nearTime(document.createdAt)}`,
    ...(document.processedAt === null ? [] : [`read ${nearTime(document.processedAt)}`]),
  ];
  return (
    <div className="flex min-w-0 flex-1 flex-col gap-2">
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1 pt-1">
          <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <h1 className="min-w-0 break-words font-semibold text-lg leading-6 tracking-tight">{document.name}</h1>
            <StatusChip document={document} />
          </div>
          <p className="text-muted text-xs">{facts.join(' · ')}</p>
          {document.url !== null && (
            <a
              href={document.url}
              target="_blank"
              rel="noreferrer noopener"
              className="inline-flex max-w-full items-center gap-1 break-all text-accent-fg text-xs underline underline-offset-2"
            >
              {document.url} <ExternalLink size={12} aria-hidden className="shrink-0" />
            </a>
          )}
        </div>
        {isWritten && may('knowledge.manage') && (
          <Link
            to="/c/$clientId/knowledge/$documentId/edit"
            params={{ clientId, documentId: document.id }}
            className={buttonClass('secondary', 'small', 'mt-1')}
          >
            <SquarePen size={14} aria-hidden /> Edit
          </Link>
        )}
        <DocumentMenu
          document={document}
          actions={actions}
          onRemoved={() => void navigate({ to: '/c/$clientId/knowledge', params: { clientId } })}
        />
      </div>
      {isBeingRead(document) && (
        <div className="flex max-w-xl flex-col gap-1">
          <ReadingBar document={document} />
          <div className="flex flex-wrap items-center justify-between gap-2">
            <p className="text-muted text-xs">
              {stepSentences[document.status]}
              {document.version > 0 && ' What was read before answers meanwhile.'}
            </p>
            {may('knowledge.manage') && (
              <Button size="small" onPress={() => void actions.cancel()}>
                <Ban size={13} aria-hidden /> Stop reading
              </Button>
            )}
          </div>
        </div>
      )}
      {document.statusReason !== null && (
        <Notice tone={hasFailed ? 'danger' : 'note'} className="mr-2 max-w-2xl">
          <p>{document.statusReason}</p>
          {hasFailed && document.version > 0 && <p>What was read before goes on answering.</p>}
          {hasFailed && may('knowledge.manage') && (
            <Button size="small" className="mt-2" onPress={() => void actions.readAgain()}>
              <RotateCw size={13} aria-hidden /> Try again
            </Button>
          )}
        </Notice>
      )}
    </div>
  );
}
