import { useQueryClient } from '@tanstack/react-query';
import { StickyNote, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { deleteNote, type NoteView } from '../../../../../shared/contracts/inbox.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { clockTime, fullTime } from '../../lib/dates.ts';
import { useMe } from '../../lib/session.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Markdown } from '../../ui/Markdown.tsx';
import { toastDone } from '../../ui/toasts.tsx';
import { forgetNote } from './extras-queries.ts';

/** A note in the thread: across its whole width and coloured, so that it is not taken for something the visitor sees. */
export function NoteCard({ note }: { note: NoteView }) {
  const { clientId, may } = useCurrentClient();
  const { user } = useMe();
  const queryClient = useQueryClient();
  const [isAsking, setIsAsking] = useState(false);
  const isMine = note.authorId === user.id;
  const mayRemove = (isMine && may('conversations.reply')) || may('conversations.delete');
  const author = isMine ? 'You' : note.authorName;
  return (
    <article
      aria-label={`Note by ${author}, ${clockTime(note.createdAt)}`}
      className="group my-3 rounded-xl border border-warning-fg/40 border-dashed bg-warning-soft px-3.5 py-2"
    >
      <div className="flex items-center gap-1.5 text-warning-fg text-xs">
        <StickyNote size={13} aria-hidden />
        <span className="font-semibold">Note</span>
        <span>
          {author} ·{' '}
          <time dateTime={note.createdAt} title={fullTime(note.createdAt)} className="tabular-nums">
            {clockTime(note.createdAt)}
          </time>
        </span>
        <span className="ml-auto hidden sm:inline">Only agents see this</span>
        {mayRemove && (
          <IconButton
            label="Delete the note"
            size="small"
            className="-my-1 -mr-1.5 text-warning-fg max-sm:ml-auto"
            onPress={() => setIsAsking(true)}
          >
            <Trash2 size={14} aria-hidden />
          </IconButton>
        )}
      </div>
      <div className="mt-0.5 break-words [overflow-wrap:anywhere]">
        <Markdown text={note.content} />
      </div>
      <ConfirmDialog
        isOpen={isAsking}
        onClose={() => setIsAsking(false)}
        title="Delete this note?"
        confirmLabel="Delete the note"
        onConfirm={async () => {
          const target = { clientId, conversationId: note.conversationId, noteId: note.id };
          await call(deleteNote, { params: target });
          forgetNote(queryClient, clientId, target);
          toastDone('Note deleted.');
        }}
      >
        It disappears for all agents. This cannot be undone.
      </ConfirmDialog>
    </article>
  );
}
