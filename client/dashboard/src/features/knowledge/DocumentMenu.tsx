import { useNavigate } from '@tanstack/react-router';
import { Ban, Download, Ellipsis, Pencil, RotateCw, SquarePen, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { Button } from 'react-aria-components/Button';
import { type DocumentView, downloadDocument } from '../../../../../shared/contracts/knowledge.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { buildUrl } from '../../lib/url.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { MenuButton, type MenuEntry } from '../../ui/MenuButton.tsx';
import { RenameDocumentDialog } from './RenameDocumentDialog.tsx';
import { isBeingRead } from './reading.ts';
import type { DocumentActions } from './use-document-actions.ts';
import { WebDialog } from './WebDialog.tsx';

interface DocumentMenuProps {
  document: DocumentView;
  actions: DocumentActions;
  /** Runs after the document was deleted. */
  onRemoved?: () => void;
}

type Dialog = 'rename' | 'address' | 'delete';

/** What can be done about a document. */
export function DocumentMenu({ document, actions, onRemoved }: DocumentMenuProps) {
  const { clientId, may } = useCurrentClient();
  const navigate = useNavigate();
  const [dialog, setDialog] = useState<Dialog | null>(null);
  const close = () => setDialog(null);
  const params = { clientId, documentId: document.id };
  const isWritten = document.kind === 'text' || document.kind === 'qa';
  const entries: MenuEntry[] = [
    ...(may('knowledge.manage') ? manageEntries() : []),
    ...(document.kind === 'file'
      ? [
          {
            id: 'download',
            label: 'Download the file',
            icon: <Download size={16} />,
            onAction: () => window.location.assign(buildUrl(downloadDocument.path, params)),
          },
        ]
      : []),
  ];
  if (entries.length === 0) return null;

  function manageEntries(): MenuEntry[] {
    const edit = isWritten
      ? () => void navigate({ to: '/c/$clientId/knowledge/$documentId/edit', params })
      : () => setDialog('address');
    return [
      ...(isBeingRead(document)
        ? [{ id: 'cancel', label: 'Stop reading', icon: <Ban size={16} />, onAction: () => void actions.cancel() }]
        : []),
      {
        id: 'again',
        label: document.status === 'failed' ? 'Try again' : 'Read again',
        icon: <RotateCw size={16} />,
        onAction: () => void actions.readAgain(),
      },
      ...(document.kind === 'file'
        ? []
        : [{ id: 'edit', label: editLabels[document.kind], icon: <SquarePen size={16} />, onAction: edit }]),
      { id: 'rename', label: 'Rename…', icon: <Pencil size={16} />, onAction: () => setDialog('rename') },
      {
        id: 'delete',
        label: 'Delete…',
        icon: <Trash2 size={16} />,
        isDanger: true,
        onAction: () => setDialog('delete'),
      },
    ];
  }

  return (
    <>
      <MenuButton
        label={`Actions for ${document.name}`}
        trigger={
          <Button
            aria-label={`Actions for ${document.name}`}
            className="flex size-9 shrink-0 items-center justify-center rounded-lg text-muted data-hovered:bg-hover data-hovered:text-fg"
          >
            <Ellipsis size={18} aria-hidden />
          </Button>
        }
        entries={entries}
      />
      <RenameDocumentDialog isOpen={dialog === 'rename'} document={document} actions={actions} onClose={close} />
      {(document.kind === 'page' || document.kind === 'site') && (
        <WebDialog isOpen={dialog === 'address'} kind={document.kind} document={document} onClose={close} />
      )}
      <ConfirmDialog
        isOpen={dialog === 'delete'}
        onClose={close}
        title="Delete this document?"
        confirmLabel="Delete for ever"
        onConfirm={async () => {
          await actions.remove();
          onRemoved?.();
        }}
      >
        <p>
          <span className="break-words font-medium text-fg">{document.name}</span> leaves answers at once, with all its
          passages and what was corrected in them.
        </p>
        <p className="mt-2">
          This cannot be undone.
          {document.kind === 'file' ? ' The file is deleted here too; keep a copy if you may want it back.' : ''}
        </p>
      </ConfirmDialog>
    </>
  );
}

const editLabels = {
  page: 'Change the address…',
  site: 'Change address and limits…',
  text: 'Edit the text',
  qa: 'Edit the questions',
};
