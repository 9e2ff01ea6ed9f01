import { QueryClient } from '@tanstack/react-query';
import { describe, expect, it } from 'vitest';
import type { ChunkView, DocumentView, PartView } from '../../../../../shared/contracts/knowledge.ts';
import { applyChunk, applyDocument, forgetDocument, isKnown } from './document-cache.ts';
import { documentQuery, documentsQuery, partQuery } from './queries.ts';

const clientId = 'client';

function aDocument(id: string, over: Partial<DocumentView> = {}): DocumentView {
  return {
    id,
    kind: 'file',
    name: `${id}.pdf`,
    url: null,
    mediaType: null,
    sizeBytes: 3,
    crawl: null,
    language: null,
    status: 'queued',
    statusReason: null,
    progress: 0,
    version: 0,
    pageCount: 0,
    wordCount: 0,
    chunkCount: 0,
    createdAt: '2026-11-21T12:00:00.000Z',
    updatedAt: '2026-11-21T12:00:00.000Z',
    processedAt: null,
    ...over,
  };
}

function world() {
  const queryClient = new QueryClient();
  const listKey = documentsQuery(clientId).queryKey;
  queryClient.setQueryData(listKey, [aDocument('b'), aDocument('a')]);
  const part: PartView = {
    number: 1,
    title: 'Page 1',
    page: 1,
    url: null,
    documentId: 'a',
    documentName: 'a.pdf',
    text: 'Text',
    chunks: [{ id: 'c', number: 1, start: 0, end: 4, edited: false, hidden: false }],
  };
  const partKey = partQuery(clientId, 'a', 1).queryKey;
  queryClient.setQueryData(partKey, part);
  const shown = () => queryClient.getQueryData(listKey)?.map(({ id, status }) => `${id} ${status}`);
  return { queryClient, partKey, shown };
}

describe('documents in the cache', () => {
  it('are replaced in their place, new ones come first, and older views change nothing', () => {
    const { queryClient, shown } = world();
    applyDocument(queryClient, clientId, aDocument('a', { status: 'extracting' }));
    applyDocument(queryClient, clientId, aDocument('n'));
    applyDocument(queryClient, clientId, aDocument('b', { status: 'failed', updatedAt: '2026-11-21T11:00:00.000Z' }));
    expect(shown()).toEqual(['n queued', 'b queued', 'a extracting']);
  });

  it('have their text read again once another version answers, and not before', () => {
    const { queryClient, partKey } = world();
    const isStale = () => queryClient.getQueryState(partKey)?.isInvalidated;
    applyDocument(queryClient, clientId, aDocument('a', { status: 'indexing', progress: 900 }));
    expect(isStale()).toBe(false);
    applyDocument(queryClient, clientId, aDocument('a', { status: 'ready', version: 1 }));
    expect(isStale()).toBe(true);
  });

  it('keep what the owner wrote when only their reading went on', () => {
    const { queryClient } = world();
    const { queryKey } = documentQuery(clientId, 'a');
    queryClient.setQueryData(queryKey, { ...aDocument('a'), text: 'Mine', pairs: null });
    applyDocument(queryClient, clientId, aDocument('a', { status: 'chunking' }));
    expect(queryClient.getQueryData(queryKey)).toMatchObject({ text: 'Mine', status: 'chunking' });
  });

  it('are gone with their text when they are removed', () => {
    const { queryClient, partKey, shown } = world();
    forgetDocument(queryClient, clientId, 'a');
    expect(shown()).toEqual(['b queued']);
    expect(queryClient.getQueryData(partKey)).toBeUndefined();
    expect([isKnown(queryClient, clientId, 'a'), isKnown(queryClient, clientId, 'b')]).toEqual([false, true]);
  });

  it('show a corrected passage in the text of its part', () => {
    const { queryClient, partKey } = world();
    const chunk = { id: 'c', documentId: 'a', partNumber: 1, edited: true, hidden: true } as ChunkView;
    applyChunk(queryClient, clientId, chunk);
    expect(queryClient.getQueryData(partKey)?.chunks).toMatchObject([{ id: 'c', edited: true, hidden: true }]);
  });
});
