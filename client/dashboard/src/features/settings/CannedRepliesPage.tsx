import { useQuery, useQueryClient } from '@tanstack/react-query';
import { MessageSquareText, Pencil, Plus, Trash2 } from 'lucide-react';
import { useMemo, useState } from 'react';
import { type CannedReplyView, createCannedReply, deleteCannedReply } from '../../../../../shared/contracts/inbox.ts';
import { call } from '../../lib/api.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { Button } from '../../ui/Button.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { Card, Page } from '../../ui/Page.tsx';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import { TextField } from '../../ui/TextField.tsx';
import { toastDone, toastFailed } from '../../ui/toasts.tsx';
import { cannedRepliesQuery } from '../inbox/extras-queries.ts';
import { CannedReplyForm } from './CannedReplyForm.tsx';
import { RowsSkeleton } from './ListParts.tsx';

/** From this many replies on, the list has a filter. */
const filterFrom = 8;

/** The texts that agents insert in an answer by typing a slash. */
export function CannedRepliesPage() {
  return (
    <Page
      title="Canned replies"
      description="Texts for what is asked again and again. In an answer, type / and the shortcut."
      width="narrow"
    >
      <Replies />
    </Page>
  );
}

function Replies() {
  const { clientId, may } = useCurrentClient();
  const query = useQuery(cannedRepliesQuery(clientId));
  const [words, setWords] = useState('');
  const [editing, setEditing] = useState<CannedReplyView | 'new' | null>(null);
  const mayManage = may('cannedReplies.manage');
  const shown = useMemo(() => replies(query.data ?? [], words), [query.data, words]);
  const make = mayManage && (
    <Button look="primary" size="small" className="h-8" onPress={() => setEditing('new')}>
      <Plus size={14} aria-hidden /> New reply
    </Button>
  );
  return (
    <Card title="Replies" actions={query.data && make}>
      {query.isPending && <RowsSkeleton label="Loading canned replies" />}
      {query.isError && !query.data && <ErrorState error={query.error} onRetry={() => void query.refetch()} />}
      {query.data?.length === 0 && (
        <EmptyState icon={<MessageSquareText size={22} />} title="No canned replies yet">
          {mayManage
            ? 'Write down an answer you give often, and every agent has it at hand.'
            : 'Owners and admins write them; ask one of yours.'}
        </EmptyState>
      )}
      {query.data && query.data.length >= filterFrom && (
        <TextField
          label="Filter"
          hideLabel
          placeholder="Filter by shortcut or words"
          value={words}
          onChange={setWords}
        />
      )}
      {query.data && query.data.length > 0 && shown.length === 0 && (
        <p role="status" className="py-4 text-center text-muted">
          No reply contains these words.
        </p>
      )}
      {shown.length > 0 && (
        <ul className="-my-1 divide-y divide-line">
          {shown.map((reply) => (
            <ReplyRow key={reply.id} reply={reply} onEdit={mayManage ? () => setEditing(reply) : null} />
          ))}
        </ul>
      )}
      <Modal
        isOpen={editing !== null}
        onClose={() => setEditing(null)}
        title={editing === 'new' ? 'New canned reply' : 'Change the canned reply'}
        size="medium"
      >
        {editing !== null && (
          <CannedReplyForm reply={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />
        )}
      </Modal>
    </Card>
  );
}

function replies(all: readonly CannedReplyView[], typed: string): readonly CannedReplyView[] {
  const words = typed.toLowerCase().replace(/^\//, '').split(/\s+/).filter(Boolean);
  return all.filter(({ shortcut, title, content }) => {
    const text = `${shortcut} ${title} ${content}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function ReplyRow({ reply, onEdit }: { reply: CannedReplyView; onEdit: (() => void) | null }) {
  const { clientId } = useCurrentClient();
  const queryClient = useQueryClient();
  const refresh = () => queryClient.invalidateQueries({ queryKey: cannedRepliesQuery(clientId).queryKey });
  const restore = async () => {
    const { shortcut, title, content } = reply;
    try {
      await call(createCannedReply, { params: { clientId }, body: { shortcut, title, content } });
      await refresh();
    } catch (error) {
      toastFailed('The reply could not be brought back.', error);
    }
  };
  const remove = async () => {
    try {
      await call(deleteCannedReply, { params: { clientId, cannedReplyId: reply.id } });
      toastDone(`/${reply.shortcut} deleted.`, () => void restore());
      await refresh();
    } catch (error) {
      toastFailed('The reply was not deleted.', error);
    }
  };
  return (
    <li className="flex items-start gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-baseline gap-x-2">
          <span className="break-all rounded-md bg-neutral px-1.5 font-mono text-[0.8125rem]">/{reply.shortcut}</span>
          <span className="min-w-0 break-words font-medium">{reply.title}</span>
        </p>
        <p className="mt-1 line-clamp-2 whitespace-pre-line break-words text-[0.8125rem] text-muted">{reply.content}</p>
      </div>
      {onEdit && (
        <span className="flex shrink-0">
          <IconButton label={`Change /${reply.shortcut}`} size="small" onPress={onEdit}>
            <Pencil size={15} aria-hidden />
          </IconButton>
          <IconButton label={`Delete /${reply.shortcut}`} size="small" onPress={() => void remove()}>
            <Trash2 size={15} aria-hidden />
          </IconButton>
        </span>
      )}
    </li>
  );
}
