import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo } from 'react';
import type { ConversationView, MessageView } from '../../../../../shared/contracts/conversations.ts';
import { unreadStore } from '../../lib/badge.ts';
import { throttled } from '../../lib/debounce.ts';
import { useLive } from '../../lib/live.ts';
import { notificationsStore } from '../../lib/preferences.ts';
import { useMe } from '../../lib/session.ts';
import { applyInstall, findingsQuery } from '../widgets/queries.ts';
import {
  applyConversation,
  applyMessage,
  applyRating,
  catchUpLists,
  catchUpOpenThreads,
  defaultListQuery,
  dropThread,
  forgetConversation,
  type InboxOwner,
  readName,
} from './conversation-cache.ts';
import { inOrder } from './conversation-pages.ts';
import { applyNote, countsQuery, forgetNote } from './extras-queries.ts';
import { isUnread } from './filter.ts';
import { conversationName } from './names.ts';
import { useOutbox } from './use-outbox.ts';

/** How often to look for news over HTTP while the live connection is away. */
const pollMs = 20_000;
/** How long changes are gathered before the conversations are counted again. */
const recountMs = 1_000;

export function useInboxOwner(clientId: string): InboxOwner {
  const queryClient = useQueryClient();
  const { user } = useMe();
  return useMemo(() => ({ queryClient, clientId, myId: user.id }), [queryClient, clientId, user.id]);
}

/** Keeps the client's conversations in the cache current, counts the unread ones and notifies of new messages. */
export function useClientLive(clientId: string): void {
  const owner = useInboxOwner(clientId);
  const live = useLive();
  const outbox = useOutbox();
  const notify = useNotify(clientId);
  useUnreadCount(owner);

  useEffect(() => outbox.resume(), [outbox]);

  useEffect(() => {
    if (!live) return;
    // Until the server has begun to watch this client, events may still be of the one that was open before.
    let watching = false;
    const recount = throttled(
      () => void owner.queryClient.invalidateQueries({ queryKey: countsQuery(clientId).queryKey }),
      recountMs,
    );
    const change = (conversation: ConversationView) => {
      const named = readName(owner, applyConversation(owner, conversation));
      recount();
      return named;
    };
    const ifWatching =
      <Event>(act: (event: Event) => void) =>
      (event: Event) => {
        if (watching) act(event);
      };
    const leave = [
      live.watchClient(clientId, () => {
        watching = true;
        void catchUpLists(owner).catch(() => {});
        catchUpOpenThreads(owner);
        void owner.queryClient.invalidateQueries({ queryKey: ['notes', clientId] });
        recount();
      }),
      live.on(
        'message:created',
        ifWatching(({ message, conversation }) => {
          outbox.acknowledge(message);
          applyMessage(owner, message);
          void change(conversation).then((named) => notify(message, named));
        }),
      ),
      live.on(
        'conversation:created',
        ifWatching(({ conversation }) => void change(conversation)),
      ),
      live.on(
        'conversation:updated',
        ifWatching(({ conversation }) => void change(conversation)),
      ),
      live.on(
        'conversation:removed',
        ifWatching(({ conversationId }) => {
          forgetConversation(owner, conversationId);
          dropThread(owner, conversationId);
          recount();
        }),
      ),
      live.on(
        'conversation:rated',
        ifWatching(({ conversationId, rating }) => applyRating(owner, conversationId, rating)),
      ),
      live.on(
        'note:created',
        ifWatching(({ note }) => applyNote(owner.queryClient, clientId, note)),
      ),
      live.on(
        'note:removed',
        ifWatching((gone) => forgetNote(owner.queryClient, clientId, gone)),
      ),
      live.on(
        'widget:seen',
        ifWatching(({ widgetId, install }) => {
          applyInstall(owner.queryClient, clientId, widgetId, install);
          void owner.queryClient.invalidateQueries(findingsQuery(clientId, widgetId));
        }),
      ),
      live.on(
        'widget:checked',
        ifWatching(({ widgetId }) => void owner.queryClient.invalidateQueries(findingsQuery(clientId, widgetId))),
      ),
      live.onReconnect(() => outbox.hurry()),
    ];
    const poll = setInterval(() => {
      if (live.link.get().kind === 'down' && !document.hidden) void catchUpLists(owner).catch(() => {});
    }, pollMs);
    return () => {
      clearInterval(poll);
      recount.cancel();
      for (const one of leave) one();
    };
  }, [live, clientId, owner, outbox, notify]);
}

/** Counts at once what is read here; where that is not all of it, the server's count is the better one. */
function useUnreadCount(owner: InboxOwner): void {
  const list = useInfiniteQuery(defaultListQuery(owner));
  const counts = useQuery(countsQuery(owner.clientId));
  const read = useMemo(() => (list.data ? inOrder(list.data).filter(isUnread).length : 0), [list.data]);
  const unread = list.hasNextPage ? Math.max(read, counts.data?.unread ?? 0) : read;
  useEffect(() => {
    unreadStore.set(unread);
    return () => unreadStore.set(0);
  }, [unread]);
}

/** Shows a visitor's message as a notification of the browser, to those who asked for it and look elsewhere. */
function useNotify(clientId: string): (message: MessageView, conversation: ConversationView) => void {
  const navigate = useNavigate();
  const { user } = useMe();
  return useMemo(
    () => (message, conversation) => {
      const isForMe = conversation.assigneeId === null || conversation.assigneeId === user.id;
      if (message.role !== 'user' || !isForMe || !notificationsStore.get() || document.hasFocus()) return;
      const notification = new Notification(conversationName(conversation), {
        body: message.content.slice(0, 200),
        tag: conversation.id,
      });
      notification.onclick = () => {
        window.focus();
        void navigate({
          to: '/c/$clientId/inbox/$conversationId',
          params: { clientId, conversationId: conversation.id },
        });
      };
    },
    [navigate, clientId, user.id],
  );
}
