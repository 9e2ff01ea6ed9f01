import { queryOptions } from '@tanstack/react-query';
import {
  type DocumentView,
  getChunk,
  getDocument,
  getDocumentPart,
  listDocumentParts,
  listDocuments,
  type PartSummaryView,
} from '../../../../../shared/contracts/knowledge.ts';
import { call } from '../../lib/api.ts';
import { pagedQuery, readAll } from '../../lib/paging.ts';

const pageLimit = '100';
const pageOf = (cursor: string | undefined) => ({ limit: pageLimit, ...(cursor !== undefined && { cursor }) });

/** All documents of the client, newest first. */
export function documentsQuery(clientId: string) {
  return queryOptions({
    queryKey: ['documents', clientId, 'list'] as const,
    queryFn: ({ signal }): Promise<DocumentView[]> =>
      readAll((cursor) => call(listDocuments, { params: { clientId }, query: pageOf(cursor) }, { signal })),
  });
}

/** One document with what the owner wrote. */
export function documentQuery(clientId: string, documentId: string) {
  return queryOptions({
    queryKey: ['documents', clientId, 'one', documentId] as const,
    queryFn: ({ signal }) => call(getDocument, { params: { clientId, documentId } }, { signal }),
  });
}

/** Everything that was read of a document: what is to be read again when another version answers. */
export const contentKey = (clientId: string, documentId: string) =>
  ['documents', clientId, 'content', documentId] as const;

/** The parts of a document without their text. */
export function partsQuery(clientId: string, documentId: string) {
  return pagedQuery<PartSummaryView>([...contentKey(clientId, documentId), 'parts'], (cursor, signal) =>
    call(listDocumentParts, { params: { clientId, documentId }, query: pageOf(cursor) }, { signal }),
  );
}

/** One part with its text, and where its passages stand. */
export function partQuery(clientId: string, documentId: string, number: number) {
  return queryOptions({
    queryKey: [...contentKey(clientId, documentId), 'part', number] as const,
    queryFn: ({ signal }) =>
      call(getDocumentPart, { params: { clientId, documentId }, query: { number: String(number) } }, { signal }),
  });
}

/** One passage as it answers. */
export function chunkQuery(clientId: string, documentId: string, chunkId: string) {
  return queryOptions({
    queryKey: [...contentKey(clientId, documentId), 'chunk', chunkId] as const,
    queryFn: ({ signal }) => call(getChunk, { params: { clientId, chunkId } }, { signal }),
  });
}
