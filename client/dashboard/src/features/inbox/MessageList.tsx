import { useQuery } from '@tanstack/react-query';
import { ArrowDown } from 'lucide-react';
import { useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { dateOnly, dayLabel } from '../../lib/dates.ts';
import { useMe } from '../../lib/session.ts';
import { Button } from '../../ui/Button.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import type { AnswerDraft } from './answer-draft.ts';
import { readOlder } from './conversation-cache.ts';
import { DraftBubble } from './DraftBubble.tsx';
import { notesQuery } from './extras-queries.ts';
import { MessageBubble, OutgoingBubble } from './MessageBubble.tsx';
import { NoteCard } from './NoteCard.tsx';
import { conversationName } from './names.ts';
import type { ConversationDetail } from './queries.ts';
import { RatingLine } from './Rating.tsx';
import { TypingLine } from './TypingLine.tsx';
import { lastSequenceOf, type Thread } from './thread.ts';
import { lastSeenSequence, rowsOf } from './thread-rows.ts';
import { useInboxOwner } from './use-client-live.ts';
import { messageAnchor, useJump } from './use-jump.ts';
import { useOutbox, useOutgoing } from './use-outbox.ts';
import { usePast } from './use-past.ts';
import { useReadMark } from './use-read-mark.ts';
import { useThreadScroll } from './use-thread-scroll.ts';

/** On the way to a message far up, as many as the server gives at once. */
const jumpPageSize = 100;

interface MessageListProps {
  detail: ConversationDetail;
  thread: Thread;
  /** What the assistant is writing just now. */
  draft: AnswerDraft | null;
  /** Asks how the assistant's message came about. */
  onWhy: (messageId: string) => void;
}

/** The messages, newest at the bottom and in sight; older ones are read as the top comes near. */
export function MessageList({ detail, thread, draft, onWhy }: MessageListProps) {
  const { clientId } = useCurrentClient();
  const { user } = useMe();
  const owner = useInboxOwner(clientId);
  const outbox = useOutbox();
  const unsent = useOutgoing(outbox, detail.id);
  // Stored ones whose answer has not come yet are in the thread already.
  const stored = useMemo(() => new Set(thread.messages.map((message) => message.clientMessageId)), [thread.messages]);
  const notes = useQuery(notesQuery(clientId, detail.id));
  const past = usePast(owner, detail.id, thread);
  const isPast = past.thread !== null;
  const shown = past.thread ?? thread;
  const rows = useMemo(() => {
    const end = isPast ? lastSequenceOf(shown) : Number.POSITIVE_INFINITY;
    const fitting = notes.data?.filter((note) => note.afterSequence <= end);
    return rowsOf(shown.messages, fitting, shown.hasOlder);
  }, [shown, isPast, notes.data]);
  const lastRow = rows.at(-1);
  const seen = lastSeenSequence(shown.messages, detail.visitorReadSequence);
  const [newFrom] = useState(() => firstUnread(thread.messages, detail.agentReadSequence));
  const outgoing = isPast ? [] : unsent.filter((message) => !stored.has(message.clientMessageId));
  const read = (limit?: number) => (isPast ? past.readOlder() : readOlder(owner, detail.id, limit));
  const older = useStretch(read, shown.hasOlder && !past.isPending);
  const newer = useStretch(past.readNewer, isPast);
  const scroll = useThreadScroll({
    firstKey: rows[0]?.key,
    lastKey: outgoing.at(-1)?.clientMessageId ?? rows.at(-1)?.key,
    lastIsOwn:
      outgoing.length > 0 ||
      (lastRow?.kind === 'note' ? lastRow.note.authorId : thread.messages.at(-1)?.authorId) === user.id,
    isLive: !isPast,
    onNearTop: older.read,
  });
  const jumpedTo = useJump({
    frame: scroll.frame,
    thread: shown,
    isPending: past.isPending,
    readOlder: () => read(jumpPageSize),
  });
  const wasPast = useRef(false);
  useLayoutEffect(() => {
    // Left, rather than read to its end.
    if (wasPast.current && !isPast && jumpedTo === null) scroll.toBottom();
    wasPast.current = isPast;
  });
  useReadMark({ clientId, detail, thread, isAtBottom: scroll.isAtBottom && !isPast });
  const visitorName = detail.visitorId === null ? 'Visitor' : conversationName({ ...detail, title: null });

  return (
    <div className="relative min-h-0 flex-1">
      <section
        ref={scroll.frame}
        onScroll={scroll.onScroll}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must scroll by keyboard too
        tabIndex={0}
        aria-label="Messages"
        className="scroll-thin h-full overflow-y-auto -outline-offset-2! [overflow-anchor:none]"
      >
        <div ref={scroll.content} className="mx-auto flex min-h-full max-w-3xl flex-col justify-end px-4 py-4">
          <OlderEdge older={older} hasOlder={shown.hasOlder} startedAt={detail.createdAt} />
          {rows.map((row) =>
            row.kind === 'day' ? (
              <p
                key={row.key}
                className="my-3 flex items-center gap-3 text-muted text-xs before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line"
              >
                {dayLabel(row.at)}
              </p>
            ) : row.kind === 'note' ? (
              <NoteCard key={row.key} note={row.note} />
            ) : (
              <div
                key={row.key}
                id={messageAnchor(row.message.sequence)}
                className={
                  row.message.sequence === jumpedTo ? '-mx-2 rounded-xl bg-warning-soft/60 px-2 pb-1' : undefined
                }
              >
                {row.message.sequence === newFrom && <NewLine />}
                <MessageBubble
                  message={row.message}
                  continues={row.continues}
                  isMine={row.message.authorId === user.id}
                  isSeen={row.message.sequence === seen}
                  visitorName={visitorName}
                  onWhy={onWhy}
                />
              </div>
            ),
          )}
          <DraftBubble draft={isPast ? null : draft} />
          {outgoing.map((message) => (
            <OutgoingBubble
              key={message.clientMessageId}
              message={message}
              onRetry={() => outbox.retry(message.clientMessageId)}
              onDiscard={() => outbox.discard(message.clientMessageId)}
            />
          ))}
          {rows.length === 0 && outgoing.length === 0 && (
            <p className="py-6 text-center text-muted">No messages yet.</p>
          )}
          {isPast && <NewerEdge newer={newer} />}
          {!isPast && detail.rating && <RatingLine rating={detail.rating} visitorName={visitorName} />}
          {notes.isError && <NotesMissing onRetry={() => void notes.refetch()} />}
          <TypingLine conversationId={detail.id} visitorName={visitorName} />
        </div>
      </section>
      <Announcer messages={thread.messages} visitorName={visitorName} />
      {!scroll.isAtBottom && (
        <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
          <Button
            size="small"
            className="pointer-events-auto rounded-full shadow-overlay"
            onPress={() => (isPast ? past.leave() : scroll.toBottom())}
          >
            <ArrowDown size={14} aria-hidden />
            {scroll.hasNew ? 'New messages' : 'To the newest'}
          </Button>
        </div>
      )}
    </div>
  );
}

function NotesMissing({ onRetry }: { onRetry: () => void }) {
  return (
    <p className="mt-3 flex items-center justify-center gap-2 text-muted text-xs">
      The notes could not be loaded.
      <Button size="small" onPress={onRetry}>
        Try again
      </Button>
    </p>
  );
}

/** Reads out what the visitor writes while the thread is open, and not what is loaded above. */
function Announcer({ messages, visitorName }: { messages: readonly MessageView[]; visitorName: string }) {
  const last = messages.at(-1);
  const [openedAt] = useState(last?.sequence ?? 0);
  const isNew = last?.role === 'user' && last.sequence > openedAt;
  return (
    <p role="status" className="sr-only">
      {isNew ? `${visitorName} writes: ${last.content}` : ''}
    </p>
  );
}

function firstUnread(messages: readonly MessageView[], agentReadSequence: number): number | null {
  if (agentReadSequence === 0) return null;
  return messages.find((message) => message.sequence > agentReadSequence && message.role === 'user')?.sequence ?? null;
}

function NewLine() {
  return (
    <p className="my-2 flex items-center gap-3 font-medium text-accent-fg text-xs after:h-px after:flex-1 after:bg-accent-fg/40">
      New
    </p>
  );
}

interface Stretch {
  state: 'idle' | 'reading' | 'failed';
  read: () => void;
  retry: () => void;
}

function useStretch(readStretch: () => Promise<void>, isThere: boolean): Stretch {
  const [state, setState] = useState<Stretch['state']>('idle');
  const begin = async () => {
    setState('reading');
    try {
      await readStretch();
      setState('idle');
    } catch {
      setState('failed');
    }
  };
  return {
    state,
    read: () => void (isThere && state === 'idle' && begin()),
    retry: () => void begin(),
  };
}

function NewerEdge({ newer }: { newer: Stretch }) {
  return (
    <div className="flex h-12 shrink-0 items-center justify-center">
      <Button size="small" isPending={newer.state === 'reading'} onPress={newer.retry}>
        Load newer messages
      </Button>
    </div>
  );
}

function OlderEdge({ older, hasOlder, startedAt }: { older: Stretch; hasOlder: boolean; startedAt: string }) {
  if (!hasOlder) return <p className="pb-1 text-center text-muted text-xs">Started {dateOnly(startedAt)}</p>;
  return (
    <div className="flex h-10 shrink-0 items-center justify-center text-muted">
      {older.state === 'failed' ? (
        <Button size="small" onPress={older.retry}>
          Load older messages
        </Button>
      ) : (
        <Spinner label="Loading older messages" />
      )}
    </div>
  );
}
