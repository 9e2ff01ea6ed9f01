import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { MessageCircleOff } from 'lucide-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { PresentAgent } from '../../../../../shared/socket-events.ts';
import { useCurrentClient } from '../../lib/current-client.ts';
import { useLive } from '../../lib/live.ts';
import { isProblem } from '../../lib/problem.ts';
import { useDocumentTitle } from '../../lib/title.ts';
import { useMediaQuery } from '../../lib/use-media-query.ts';
import { buttonClass } from '../../ui/Button.tsx';
import { Modal } from '../../ui/Modal.tsx';
import { EmptyState, ErrorState, Loading, Skeleton } from '../../ui/states.tsx';
import { WhyDialog } from '../answers/WhyDialog.tsx';
import { widgetsQuery } from '../widgets/queries.ts';
import type { AnswerDraft } from './answer-draft.ts';
import { Composer, type ComposerMode } from './Composer.tsx';
import { catchUpThread, forgetConversation, reachSequence } from './conversation-cache.ts';
import { DetailsPanel } from './DetailsPanel.tsx';
import { HandoffBanner } from './HandoffBanner.tsx';
import { useThreadActions } from './inbox-context.ts';
import { MessageList } from './MessageList.tsx';
import { conversationName } from './names.ts';
import { PresenceLine } from './PresenceLine.tsx';
import { type ConversationDetail, conversationQuery, threadQuery } from './queries.ts';
import { ThreadHeader } from './ThreadHeader.tsx';
import type { Thread } from './thread.ts';
import { useAnswerDraft } from './use-answer-draft.ts';
import { useInboxOwner } from './use-client-live.ts';
import { useConversationActions } from './use-conversation-actions.ts';
import { usePresence } from './use-presence.ts';
import { isWithPerson } from './with-person.ts';

const route = getRouteApi('/signed-in/c/$clientId/inbox/$conversationId');

/** The open conversation. */
export function ThreadPane() {
  const { conversationId } = route.useParams();
  return <LoadedThread key={conversationId} conversationId={conversationId} />;
}

function LoadedThread({ conversationId }: { conversationId: string }) {
  const { clientId } = useCurrentClient();
  const owner = useInboxOwner(clientId);
  const detail = useQuery(conversationQuery(clientId, conversationId));
  const thread = useQuery(threadQuery(clientId, conversationId));
  const live = useLive();
  const present = usePresence(conversationId);
  const draft = useAnswerDraft(conversationId);

  useEffect(() => {
    if (!live) return;
    return live.watchConversation(conversationId, (lastSequence) => {
      void reachSequence(owner, conversationId, lastSequence);
    });
  }, [live, conversationId, owner]);

  // Without a live connection the thread looks for news by itself.
  useEffect(() => {
    const timer = setInterval(() => {
      if (live?.link.get().kind === 'down' && !document.hidden) void catchUpThread(owner, conversationId);
    }, 10_000);
    return () => clearInterval(timer);
  }, [live, owner, conversationId]);

  const error = detail.error ?? thread.error;
  const isGone = isProblem(error, 'not-found') || isProblem(error, 'validation-failed');
  useEffect(() => {
    if (isGone) forgetConversation(owner, conversationId);
  }, [isGone, owner, conversationId]);

  if (isGone) return <GoneThread clientId={clientId} />;
  if (detail.data && thread.data) {
    return <OpenThread detail={detail.data} thread={thread.data} present={present} draft={draft} />;
  }
  if (error) {
    return (
      <div className="flex w-full items-center">
        <ErrorState error={error} onRetry={() => void Promise.all([detail.refetch(), thread.refetch()])} />
      </div>
    );
  }
  return <ThreadSkeleton />;
}

interface OpenThreadProps {
  detail: ConversationDetail;
  thread: Thread;
  present: readonly PresentAgent[];
  draft: AnswerDraft | null;
}

function OpenThread({ detail, thread, present, draft }: OpenThreadProps) {
  const { clientId, may } = useCurrentClient();
  const owner = useInboxOwner(clientId);
  const actions = useConversationActions(owner, detail);
  const reply = useRef<HTMLTextAreaElement>(null);
  const [mode, setMode] = useState<ComposerMode>('answer');
  const isWide = useMediaQuery('(min-width: 90rem)');
  const [panelWanted, setPanelWanted] = useState<boolean | null>(null);
  const panelIsOpen = panelWanted ?? isWide;
  const [whyId, setWhyId] = useState<string | null>(null);
  const widgets = useQuery(widgetsQuery(clientId));
  const engine = widgets.data?.find(({ id }) => id === detail.widgetId)?.engine ?? 'none';
  const canHandBack = may('conversations.reply') && engine !== 'none' && isWithPerson(detail, thread);
  const lastAnswerId = thread.messages.findLast(({ role }) => role === 'assistant')?.id;
  useDocumentTitle(conversationName(detail));
  useThreadActions(
    useMemo(
      () => ({
        toggleClosed: actions.toggleClosed,
        assignToMe: actions.assignToMe,
        handBack: canHandBack ? actions.handBack : null,
        why: lastAnswerId === undefined ? null : () => setWhyId(lastAnswerId),
        write: (next) => {
          setMode(next);
          reply.current?.focus();
        },
      }),
      [actions, canHandBack, lastAnswerId],
    ),
  );
  const panel = <DetailsPanel detail={detail} actions={actions} />;
  return (
    <>
      <div className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface">
        <ThreadHeader
          detail={detail}
          actions={actions}
          canHandBack={canHandBack}
          panelIsOpen={panelIsOpen}
          onTogglePanel={() => setPanelWanted(!panelIsOpen)}
        />
        <HandoffBanner detail={detail} onTake={may('conversations.reply') ? actions.assignToMe : null} />
        <PresenceLine agents={present} />
        <MessageList key={detail.id} detail={detail} thread={thread} draft={draft} onWhy={setWhyId} />
        <Composer key={`reply-${detail.id}`} detail={detail} inputRef={reply} mode={mode} onMode={setMode} />
      </div>
      {isWide
        ? panelIsOpen && (
            <aside
              aria-label="Details"
              className="scroll-thin w-72 shrink-0 overflow-y-auto border-line border-l bg-canvas px-4 py-4"
            >
              {panel}
            </aside>
          )
        : panelWanted === true && (
            <Modal isOpen isDrawer title="Details" onClose={() => setPanelWanted(null)}>
              {panel}
            </Modal>
          )}
      <WhyDialog
        place={whyId === null ? null : { conversationId: detail.id, messageId: whyId }}
        onClose={() => setWhyId(null)}
      />
    </>
  );
}

function GoneThread({ clientId }: { clientId: string }) {
  useDocumentTitle('Conversation not found');
  return (
    <div className="flex w-full items-center">
      <EmptyState
        icon={<MessageCircleOff size={22} />}
        title="This conversation is not here"
        action={
          <Link to="/c/$clientId/inbox" params={{ clientId }} search={true} className={buttonClass()}>
            Back to the list
          </Link>
        }
      >
        It was deleted, or it never belonged to this client.
      </EmptyState>
    </div>
  );
}

function ThreadSkeleton() {
  return (
    <Loading label="Loading the conversation" className="flex min-w-0 flex-1 flex-col bg-surface">
      <div className="flex h-14 items-center gap-3 border-line border-b px-4">
        <Skeleton className="size-8 rounded-full" />
        <Skeleton className="h-4 w-40" />
      </div>
      <div className="flex flex-1 flex-col justify-end gap-4 p-5">
        <Skeleton className="h-12 w-64 max-w-[70%] rounded-2xl" />
        <Skeleton className="h-16 w-80 max-w-[75%] self-end rounded-2xl" />
        <Skeleton className="h-9 w-48 rounded-2xl" />
      </div>
      <div className="border-line border-t p-3">
        <Skeleton className="h-20 w-full rounded-xl" />
      </div>
    </Loading>
  );
}
