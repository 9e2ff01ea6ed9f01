import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import type { MemberView } from '../../../../../shared/contracts/clients.ts';
import { listMembers } from '../../../../../shared/contracts/clients.ts';
import {
  type ConversationView,
  getConversation,
  listConversations,
  listMessages,
} from '../../../../../shared/contracts/conversations.ts';
import type { AnswerOf } from '../../../../../shared/contracts/endpoint.ts';
import { call } from '../../lib/api.ts';
import { readAll } from '../../lib/paging.ts';
import { readMerged } from './conversation-pages.ts';
import { type InboxFilter, statusesOf } from './filter.ts';
import { type Thread, threadFrom } from './thread.ts';

export type ConversationDetail = AnswerOf<typeof getConversation>;

/** Conversations read at a time, per status. */
export const listPageSize = 50;

/** First part of the key of every list of a client's conversations; the filter follows. */
export const listsKey = (clientId: string) => ['conversations', clientId] as const;

/**
 * A list of conversations. Once read it is kept current by events and by catching up after reconnects, never by reading
 * it all again.
 */
export function conversationsQuery(clientId: string, filter: InboxFilter, myId: string) {
  return infiniteQueryOptions({
    queryKey: [...listsKey(clientId), filter] as const,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) => {
      const statuses = statusesOf(filter.view);
      return readMerged(statuses.length, pageParam, (index, cursor) => {
        const status = statuses[index];
        return call(
          listConversations,
          {
            params: { clientId },
            query: {
              limit: String(listPageSize),
              ...(cursor !== undefined && { cursor }),
              ...(status !== undefined && { status }),
              ...(filter.widgetId !== null && { widgetId: filter.widgetId }),
              ...(filter.visitorId !== null && { visitorId: filter.visitorId }),
              ...(filter.assignee !== 'all' && { assigneeId: filter.assignee === 'me' ? myId : 'none' }),
            },
          },
          { signal },
        );
      });
    },
    getNextPageParam: (last) => last.nextCursor,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
    // Ten thousand conversations would be compared member by member on each event.
    structuralSharing: false,
  });
}

/** One page of all the client's conversations, newest change first, for catching up. */
export function readNewestConversations(clientId: string, cursor: string | undefined) {
  return call(listConversations, {
    params: { clientId },
    query: { limit: String(listPageSize), ...(cursor !== undefined && { cursor }) },
  });
}

export function conversationQuery(clientId: string, conversationId: string) {
  return queryOptions({
    queryKey: ['conversation', clientId, conversationId] as const,
    queryFn: ({ signal }) => call(getConversation, { params: { clientId, conversationId } }, { signal }),
  });
}

/** A thread, begun with its newest page; afterwards it only grows. */
export function threadQuery(clientId: string, conversationId: string) {
  return queryOptions({
    queryKey: ['thread', clientId, conversationId] as const,
    queryFn: async ({ signal }): Promise<Thread> => {
      const page = await call(listMessages, { params: { clientId, conversationId }, query: {} }, { signal });
      return threadFrom(page.items, page.hasMore);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 10 * 60_000,
    structuralSharing: false,
  });
}

/** All members of the client, earliest first. */
export function membersQuery(clientId: string) {
  return queryOptions({
    queryKey: ['members', clientId, 'all'] as const,
    queryFn: ({ signal }): Promise<MemberView[]> =>
      readAll((cursor) =>
        call(
          listMembers,
          { params: { clientId }, query: { limit: '100', ...(cursor !== undefined && { cursor }) } },
          { signal },
        ),
      ),
    staleTime: 5 * 60_000,
  });
}

/** A conversation's detail with what an event or a list says now. */
export function withView(detail: ConversationDetail, conversation: ConversationView): ConversationDetail {
  return { ...detail, ...conversation };
}
