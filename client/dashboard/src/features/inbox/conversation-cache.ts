import type { QueryClient } from '@tanstack/react-query';
import {
  type ConversationView,
  listMessages,
  type MessageView,
  type RatingView,
} from '../../../../../shared/contracts/conversations.ts';
import { call } from '../../lib/api.ts';
import {
  type ConversationPages,
  inOrder,
  isNewer,
  withConversation,
  withoutConversation,
} from './conversation-pages.ts';
import { type InboxFilter, matches } from './filter.ts';
import {
  conversationQuery,
  conversationsQuery,
  listPageSize,
  listsKey,
  readNewestConversations,
  threadQuery,
  withView,
} from './queries.ts';
import { firstSequenceOf, hasGap, lastSequenceOf, withNewer, withOlder } from './thread.ts';

/** Whose inbox the cache is for. */
export interface InboxOwner {
  queryClient: QueryClient;
  clientId: string;
  myId: string;
}

/** Beyond this many pages of changes a list is read afresh instead of being caught up. */
const catchUpPagesMax = 5;
/** Changes are told in the order of their commits, which may differ a little from that of their times. */
const catchUpMarginMs = 10_000;

function cachedLists({ queryClient, clientId }: InboxOwner) {
  return queryClient
    .getQueriesData<ConversationPages>({ queryKey: listsKey(clientId) })
    .flatMap(([key, pages]) => (pages ? [{ key, pages, filter: key[2] as InboxFilter }] : []));
}

/**
 * Puts a conversation as it is now into every list and detail in the cache. News that do not say the visitor's name are
 * given the one that is known, and are answered with it.
 */
export function applyConversation(owner: InboxOwner, news: ConversationView): ConversationView {
  const { queryClient, clientId, myId } = owner;
  const conversation = withKnownName(owner, news);
  for (const { key, pages, filter } of cachedLists(owner)) {
    const next = withConversation(pages, conversation, matches(filter, conversation, myId));
    if (next !== pages) queryClient.setQueryData(key, next);
  }
  queryClient.setQueryData(conversationQuery(clientId, conversation.id).queryKey, (detail) =>
    detail && isNewer(conversation, detail) ? withView(detail, conversation) : detail,
  );
  return conversation;
}

function withKnownName(owner: InboxOwner, conversation: ConversationView): ConversationView {
  const { id, visitorId } = conversation;
  if (visitorId === null || conversation.visitorName !== undefined) return conversation;
  const detail = owner.queryClient.getQueryData(conversationQuery(owner.clientId, id).queryKey);
  const visitorName = detail?.visitorName ?? listedName(owner, visitorId);
  return visitorName === undefined ? conversation : { ...conversation, visitorName };
}

function listedName(owner: InboxOwner, visitorId: string): string | null | undefined {
  for (const { pages } of cachedLists(owner)) {
    for (const { items } of pages.pages) {
      const one = items.find((item) => item.visitorId === visitorId && item.visitorName !== undefined);
      if (one) return one.visitorName;
    }
  }
  return undefined;
}

/** The conversation with its visitor's name, which is asked for if nobody has said it yet; lists then show it too. */
export async function readName(owner: InboxOwner, conversation: ConversationView): Promise<ConversationView> {
  if (conversation.visitorId === null || conversation.visitorName !== undefined) return conversation;
  const query = conversationQuery(owner.clientId, conversation.id);
  const detail = await owner.queryClient.fetchQuery(query).catch(() => undefined);
  if (!detail) return conversation;
  const { visitor: _, rating: __, ...view } = detail;
  return applyConversation(owner, view);
}

/** Notes how the visitor rated a conversation, if its detail is in the cache. */
export function applyRating({ queryClient, clientId }: InboxOwner, conversationId: string, rating: RatingView): void {
  const { queryKey } = conversationQuery(clientId, conversationId);
  queryClient.setQueryData(queryKey, (detail) => detail && { ...detail, rating });
}

/** Takes a conversation that is gone out of every list. */
export function forgetConversation(owner: InboxOwner, conversationId: string): void {
  for (const { key, pages } of cachedLists(owner)) {
    owner.queryClient.setQueryData(key, withoutConversation(pages, conversationId));
  }
}

/** Keeps nothing of a conversation that was removed; where it is open, it is asked for again and found to be gone. */
export function dropThread({ queryClient, clientId }: InboxOwner, conversationId: string): void {
  for (const { queryKey } of [conversationQuery(clientId, conversationId), threadQuery(clientId, conversationId)]) {
    queryClient.removeQueries({ queryKey, type: 'inactive' });
    void queryClient.invalidateQueries({ queryKey });
  }
}

/** Adds a message to its thread, if that is in the cache or being read, and reads what is missing before it. */
export function applyMessage(owner: InboxOwner, message: MessageView): void {
  const { queryClient, clientId } = owner;
  const { queryKey } = threadQuery(clientId, message.conversationId);
  const thread = queryClient.getQueryData(queryKey);
  if (!thread) {
    void reachSequence(owner, message.conversationId, message.sequence);
    return;
  }
  const next = withNewer(thread, [message]);
  queryClient.setQueryData(queryKey, next);
  if (hasGap(next)) void catchUpThread(owner, message.conversationId);
}

/**
 * Sees to it that a thread which is in the cache, or on its way there, goes up to this number: what is being read may
 * have been looked up before the message was stored.
 */
export async function reachSequence(owner: InboxOwner, conversationId: string, sequence: number): Promise<void> {
  const { queryClient, clientId } = owner;
  const query = threadQuery(clientId, conversationId);
  if (queryClient.getQueryState(query.queryKey)?.fetchStatus === 'fetching') {
    // Joins the reading that goes on.
    await queryClient.ensureQueryData(query).catch(() => {});
  }
  const thread = queryClient.getQueryData(query.queryKey);
  if (thread && lastSequenceOf(thread) < sequence) await catchUpThread(owner, conversationId);
}

/** Reads what the threads on the screen lack at their ends. */
export function catchUpOpenThreads(owner: InboxOwner): void {
  const open = owner.queryClient.getQueryCache().findAll({ queryKey: ['thread', owner.clientId], type: 'active' });
  for (const { queryKey } of open) {
    void reachSequence(owner, queryKey[2] as string, Number.POSITIVE_INFINITY);
  }
}

const catchingUp = new Map<string, Promise<void>>();

/** Reads what a cached thread lacks at its end. Errors are left to the next occasion: a reconnect or a message. */
export function catchUpThread({ queryClient, clientId }: InboxOwner, conversationId: string): Promise<void> {
  const running = catchingUp.get(conversationId);
  if (running) return running;
  const { queryKey } = threadQuery(clientId, conversationId);
  const work = async () => {
    for (let more = true; more; ) {
      const thread = queryClient.getQueryData(queryKey);
      if (!thread) return;
      const page = await call(listMessages, {
        params: { clientId, conversationId },
        query: { after: String(lastSequenceOf(thread)), limit: '100' },
      });
      queryClient.setQueryData(queryKey, (now) => now && withNewer(now, page.items));
      more = page.hasMore && page.items.length > 0;
    }
  };
  const promise = work()
    .catch(() => {})
    .finally(() => catchingUp.delete(conversationId));
  catchingUp.set(conversationId, promise);
  return promise;
}

/** Reads the stretch before the first known message of a thread. */
export async function readOlder(
  { queryClient, clientId }: InboxOwner,
  conversationId: string,
  limit = 50,
): Promise<void> {
  const { queryKey } = threadQuery(clientId, conversationId);
  const first = firstSequenceOf(queryClient.getQueryData(queryKey) ?? { messages: [], held: [], hasOlder: false });
  if (first === null) return;
  const page = await call(listMessages, {
    params: { clientId, conversationId },
    query: { before: String(first), limit: String(limit) },
  });
  queryClient.setQueryData(queryKey, (now) => now && withOlder(now, page.items, page.hasMore));
}

/**
 * Brings all cached lists up to date after a time without events, by reading what has changed since the newest change
 * they know of. When that is too much, the lists begin anew.
 */
export async function catchUpLists(owner: InboxOwner): Promise<void> {
  const lists = cachedLists(owner);
  const known = lists.flatMap(({ pages }) => inOrder(pages)[0]?.updatedAt ?? []).sort();
  const newest = known.at(-1);
  if (newest === undefined) {
    await owner.queryClient.invalidateQueries({ queryKey: listsKey(owner.clientId) });
    return;
  }
  const since = new Date(new Date(newest).getTime() - catchUpMarginMs).toISOString();
  let cursor: string | undefined;
  for (let page = 0; page < catchUpPagesMax; page += 1) {
    const { items, nextCursor } = await readNewestConversations(owner.clientId, cursor);
    for (const conversation of items.filter((item) => item.updatedAt >= since).reverse()) {
      applyConversation(owner, conversation);
    }
    const last = items.at(-1);
    if (nextCursor === null || items.length < listPageSize || (last && last.updatedAt < since)) return;
    cursor = nextCursor;
  }
  await owner.queryClient.resetQueries({ queryKey: listsKey(owner.clientId) });
}

/** A conversation as any cached list knows it. */
export function knownConversation(owner: InboxOwner, conversationId: string): ConversationView | undefined {
  for (const { pages } of cachedLists(owner)) {
    for (const page of pages.pages) {
      const found = page.items.find((item) => item.id === conversationId);
      if (found) return found;
    }
  }
  return undefined;
}

export const defaultListQuery = ({ clientId, myId }: InboxOwner) =>
  conversationsQuery(clientId, { view: 'active', assignee: 'all', widgetId: null, visitorId: null }, myId);
