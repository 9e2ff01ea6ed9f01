import { useInfiniteQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { inOrder } from './conversation-pages.ts';
import type { InboxFilter } from './filter.ts';
import { conversationsQuery } from './queries.ts';
import { useInboxOwner } from './use-client-live.ts';

export interface ConversationListState {
  /** In order. */
  shown: readonly ConversationView[];
  status: 'loading' | 'failed' | 'ready';
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => void;
  retry: () => void;
}

/** The list that a filter asks for. */
export function useConversationList(clientId: string, filter: InboxFilter): ConversationListState {
  const { myId } = useInboxOwner(clientId);
  const query = useInfiniteQuery(conversationsQuery(clientId, filter, myId));
  const shown = useMemo(() => (query.data ? inOrder(query.data) : []), [query.data]);
  return {
    shown,
    status: query.data ? 'ready' : query.isError ? 'failed' : 'loading',
    error: query.error,
    hasMore: query.hasNextPage,
    isLoadingMore: query.isFetchingNextPage,
    loadMore: () => {
      if (query.hasNextPage && !query.isFetchingNextPage) void query.fetchNextPage();
    },
    retry: () => void query.refetch(),
  };
}
