import { infiniteQueryOptions, type QueryClient, queryOptions } from '@tanstack/react-query';
import {
  type CannedReplyView,
  countConversations,
  listCannedReplies,
  listNotes,
  type NoteView,
  type SearchHit,
  searchConversations,
} from '../../../../../shared/contracts/inbox.ts';
import { call } from '../../lib/api.ts';
import { type ListPage, readAll } from '../../lib/paging.ts';

/** How many conversations there are in each state. */
export function countsQuery(clientId: string) {
  return queryOptions({
    queryKey: ['counts', clientId] as const,
    queryFn: ({ signal }) => call(countConversations, { params: { clientId } }, { signal }),
  });
}

/** The notes beside a thread, earliest first. */
export function notesQuery(clientId: string, conversationId: string) {
  return queryOptions({
    queryKey: ['notes', clientId, conversationId] as const,
    queryFn: ({ signal }): Promise<NoteView[]> =>
      readAll((cursor) =>
        call(
          listNotes,
          { params: { clientId, conversationId }, query: { limit: '100', ...(cursor !== undefined && { cursor }) } },
          { signal },
        ),
      ),
  });
}

/** Puts a note into its list, once. */
export function applyNote(queryClient: QueryClient, clientId: string, note: NoteView): void {
  queryClient.setQueryData(notesQuery(clientId, note.conversationId).queryKey, (notes) =>
    notes && !notes.some((one) => one.id === note.id) ? [...notes, note] : notes,
  );
}

export function forgetNote(
  queryClient: QueryClient,
  clientId: string,
  gone: { conversationId: string; noteId: string },
): void {
  queryClient.setQueryData(notesQuery(clientId, gone.conversationId).queryKey, (notes) =>
    notes?.filter((note) => note.id !== gone.noteId),
  );
}

/** All canned replies of the client, by shortcut. */
export function cannedRepliesQuery(clientId: string) {
  return queryOptions({
    queryKey: ['canned-replies', clientId] as const,
    queryFn: ({ signal }): Promise<CannedReplyView[]> =>
      readAll((cursor) =>
        call(
          listCannedReplies,
          { params: { clientId }, query: { limit: '100', ...(cursor !== undefined && { cursor }) } },
          { signal },
        ),
      ),
    staleTime: 5 * 60_000,
  });
}

/** What is found for some words, page by page. */
export function searchQuery(clientId: string, words: string) {
  return infiniteQueryOptions({
    queryKey: ['search', clientId, words] as const,
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }): Promise<ListPage<SearchHit>> =>
      call(
        searchConversations,
        { params: { clientId }, query: { q: words, ...(pageParam !== null && { cursor: pageParam }) } },
        { signal },
      ),
    getNextPageParam: (last) => last.nextCursor,
    // What was written a moment ago is found only after some seconds.
    staleTime: 3_000,
  });
}
