import { Link, useCanGoBack } from '@tanstack/react-router';
import { Archive, ArrowLeft, Bot, Ellipsis, Hand, PanelRight, Pencil, RotateCcw, Trash2 } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Button as AriaButton } from 'react-aria-components/Button';
import { useCurrentClient } from '../../lib/current-client.ts';
import { nearTime } from '../../lib/dates.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Button } from '../../ui/Button.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { MenuButton } from '../../ui/MenuButton.tsx';
import { AssigneeSelect } from './AssigneeSelect.tsx';
import { statusTones } from './ConversationRow.tsx';
import { HandoffDialog } from './HandoffDialog.tsx';
import { conversationName } from './names.ts';
import type { ConversationDetail } from './queries.ts';
import { RenameDialog } from './RenameDialog.tsx';
import { SnoozeMenu } from './SnoozeMenu.tsx';
import type { ConversationActions } from './use-conversation-actions.ts';

export interface ThreadHeaderProps {
  detail: ConversationDetail;
  actions: ConversationActions;
  /** Whether a person has it and the assistant could take it. */
  canHandBack: boolean;
  panelIsOpen: boolean;
  onTogglePanel: () => void;
}

/** Who it is, how it stands, and what can be done about it. */
export function ThreadHeader({ detail, actions, canHandBack, panelIsOpen, onTogglePanel }: ThreadHeaderProps) {
  const { clientId, may } = useCurrentClient();
  const [dialog, setDialog] = useState<'rename' | 'handoff' | 'delete' | null>(null);
  const back = useRef<HTMLAnchorElement>(null);
  const cameFromList = useCanGoBack();
  const name = conversationName(detail);
  const status = statusTones[detail.status];
  const isClosed = detail.status === 'closed';
  // On phones the list is gone when a thread opens, and the focus with it.
  useEffect(() => {
    if (cameFromList && document.activeElement === document.body) back.current?.focus();
  }, [cameFromList]);
  return (
    <header className="flex min-h-14 shrink-0 items-center gap-2 border-line border-b py-2 pr-2 pl-2 md:pl-4">
      <Link
        ref={back}
        to="/c/$clientId/inbox"
        params={{ clientId }}
        search={true}
        aria-label="Back to the list"
        className="flex size-9 shrink-0 items-center justify-center rounded-lg text-muted hover:bg-hover md:hidden"
      >
        <ArrowLeft size={18} aria-hidden />
      </Link>
      <div className="min-w-0 flex-1">
        <h2 className="truncate font-semibold" title={name}>
          {name}
        </h2>
        <p className="flex items-center gap-2 text-muted text-xs">
          <Badge tone={status.tone}>{status.label}</Badge>
          <span className="truncate">
            {detail.status === 'snoozed' && detail.snoozedUntil !== null
              ? `until ${nearTime(detail.snoozedUntil)}`
              : detail.visitor?.email}
          </span>
        </p>
      </div>
      <AssigneeSelect detail={detail} actions={actions} size="small" className="hidden w-40 xl:flex" />
      <SnoozeMenu onSnooze={actions.snooze} />
      <Button size="small" className="h-8 max-sm:px-2" onPress={actions.toggleClosed}>
        {isClosed ? <RotateCcw size={14} aria-hidden /> : <Archive size={14} aria-hidden />}
        <span className="max-sm:sr-only">{isClosed ? 'Reopen' : 'Close'}</span>
      </Button>
      <IconButton
        label={panelIsOpen ? 'Hide details' : 'Show details'}
        onPress={onTogglePanel}
        aria-pressed={panelIsOpen}
      >
        <PanelRight size={18} aria-hidden />
      </IconButton>
      <MenuButton
        label="More"
        trigger={
          <AriaButton
            aria-label="More actions"
            className="flex size-9 shrink-0 items-center justify-center rounded-lg text-muted data-hovered:bg-hover data-hovered:text-fg"
          >
            <Ellipsis size={18} aria-hidden />
          </AriaButton>
        }
        entries={[
          { id: 'rename', label: 'Give a title…', icon: <Pencil size={16} />, onAction: () => setDialog('rename') },
          ...(may('conversations.reply') && detail.handoff === null
            ? [
                {
                  id: 'handoff',
                  label: 'Ask a colleague…',
                  icon: <Hand size={16} />,
                  onAction: () => setDialog('handoff'),
                },
              ]
            : []),
          ...(canHandBack
            ? [
                {
                  id: 'hand-back',
                  label: 'Hand back to the assistant',
                  hint: 'B',
                  icon: <Bot size={16} />,
                  onAction: actions.handBack,
                },
              ]
            : []),
          ...(may('conversations.delete')
            ? [
                {
                  id: 'delete',
                  label: 'Delete…',
                  icon: <Trash2 size={16} />,
                  isDanger: true,
                  onAction: () => setDialog('delete'),
                },
              ]
            : []),
        ]}
      />
      <HandoffDialog isOpen={dialog === 'handoff'} onClose={() => setDialog(null)} onRequest={actions.askColleague} />
      <RenameDialog
        isOpen={dialog === 'rename'}
        onClose={() => setDialog(null)}
        title={detail.title}
        onRename={actions.rename}
      />
      <ConfirmDialog
        isOpen={dialog === 'delete'}
        onClose={() => setDialog(null)}
        title="Delete this conversation?"
        confirmLabel="Delete for ever"
        onConfirm={actions.remove}
      >
        All {detail.messageCount} {detail.messageCount === 1 ? 'message goes' : 'messages go'} with it, for the visitor
        as well. This cannot be undone.
      </ConfirmDialog>
    </header>
  );
}
