import type { QueryClient } from '@tanstack/react-query';
import type { ChunkView, DocumentView, PartView } from '../../../../../shared/contracts/knowledge.ts';
import { chunkQuery, contentKey, documentQuery, documentsQuery, partQuery } from './queries.ts';

/** A list with a document in it as it is now: in its place, or at the head when it is new. An older view changes nothing. */
export function withDocument(list: readonly DocumentView[], document: DocumentView): DocumentView[] {
  const before = list.find(({ id }) => id === document.id);
  if (!before) return [document, ...list];
  if (before.updatedAt > document.updatedAt) return [...list];
  return list.map((one) => (one.id === document.id ? document : one));
}

/** Puts a document that came from the server wherever it is shown; when another version answers, its text is read again. */
export function applyDocument(queryClient: QueryClient, clientId: string, document: DocumentView): void {
  const listKey = documentsQuery(clientId).queryKey;
  const before = queryClient.getQueryData(listKey)?.find(({ id }) => id === document.id);
  const one = documentQuery(clientId, document.id).queryKey;
  const shown = queryClient.getQueryData(one);
  queryClient.setQueryData(listKey, (list) => list && withDocument(list, document));
  queryClient.setQueryData(one, (detail) =>
    detail && detail.updatedAt <= document.updatedAt ? { ...detail, ...document } : detail,
  );
  const isSwapped = [before, shown].some((known) => known !== undefined && known.version !== document.version);
  if (isSwapped) {
    void queryClient.invalidateQueries({ queryKey: contentKey(clientId, document.id) });
    void queryClient.invalidateQueries({ queryKey: one });
  }
}

/** Whether the document is one of this client's that is shown somewhere. */
export function isKnown(queryClient: QueryClient, clientId: string, documentId: string): boolean {
  const list = queryClient.getQueryData(documentsQuery(clientId).queryKey);
  const one = queryClient.getQueryData(documentQuery(clientId, documentId).queryKey);
  return one !== undefined || (list?.some(({ id }) => id === documentId) ?? false);
}

export function forgetDocument(queryClient: QueryClient, clientId: string, documentId: string): void {
  queryClient.setQueryData(documentsQuery(clientId).queryKey, (list) => list?.filter(({ id }) => id !== documentId));
  queryClient.removeQueries({ queryKey: contentKey(clientId, documentId) });
}

/** Puts a passage that was corrected wherever its document's text is shown. */
export function applyChunk(queryClient: QueryClient, clientId: string, chunk: ChunkView): void {
  const { id, documentId, partNumber, edited, hidden } = chunk;
  queryClient.setQueryData(chunkQuery(clientId, documentId, id).queryKey, chunk);
  queryClient.setQueryData(partQuery(clientId, documentId, partNumber).queryKey, (part: PartView | undefined) => {
    if (!part) return part;
    return { ...part, chunks: part.chunks.map((one) => (one.id === id ? { ...one, edited, hidden } : one)) };
  });
}
