import * as contract from '../../../shared/contracts/knowledge.ts';
import * as api from '../../../shared/contracts/knowledge-api.ts';
import type { Deps } from '../../deps.ts';
import type { ExchangeRequest } from '../../http/exchange.ts';
import { type Route, route } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { PassageQuery } from '../../storage/repositories/passages.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { addFile } from './add-file.ts';
import { cancelReading } from './cancel-reading.ts';
import { changeDocument } from './change-document.ts';
import { correctChunk } from './correct-chunk.ts';
import { createDocument } from './create-document.ts';
import { presentDocument, presentDocumentDetail } from './document.presenter.ts';
import { giveDocumentFile } from './give-document-file.ts';
import { pageByNumber } from './number-cursor.ts';
import { presentChunk, presentPart, presentPartSummary, presentPassageResults } from './passage.presenter.ts';
import { chunksOfPart } from './read-part.ts';
import { reindexDocument } from './reindex-document.ts';
import { removeDocument } from './remove-document.ts';
import { logWordsOnly, searchPassages } from './search-passages.ts';

type RoutesDeps = Pick<Deps, 'storage' | 'files' | 'bus' | 'config' | 'log' | 'newId' | 'now' | 'embedder'>;

async function search({ log, embedder }: RoutesDeps, own: ClientStorage, query: Omit<PassageQuery, 'vector'>) {
  const results = await searchPassages(own, query, embedder);
  logWordsOnly(log, own, results);
  return results;
}

/** What the assistant answers from, for the dashboard. */
export function knowledgeRoutes(deps: RoutesDeps): Route[] {
  return [
    route(contract.listDocuments, async ({ caller, query }) => {
      const { items, nextCursor } = await caller.storage.documents.list(query);
      return { items: items.map(presentDocument), nextCursor };
    }),

    route(contract.createDocument, async ({ caller, body, request: { requestId } }) =>
      presentDocument(await createDocument(deps, { caller, requestId }, body)),
    ),

    route(contract.uploadDocument, async ({ caller, query, upload: bytes, request }) => {
      const upload = { name: query.name, bytes, announcedBytes: announcedBytes(request) };
      return presentDocument(await addFile(deps, { caller, requestId: request.requestId }, upload));
    }),

    route(contract.getDocument, async ({ caller, params }) =>
      presentDocumentDetail(await findDocument(caller.storage, params.documentId)),
    ),

    route(contract.updateDocument, async ({ caller, params, body, request: { requestId } }) => {
      const change = { documentId: params.documentId, wish: body };
      return presentDocumentDetail(await changeDocument(deps, { caller, requestId }, change));
    }),

    route(contract.deleteDocument, async ({ caller, params, request: { requestId } }) => {
      await removeDocument(deps, { caller, requestId }, params.documentId);
      return undefined;
    }),

    route(contract.reindexDocument, async ({ caller, params, request: { requestId } }) =>
      presentDocument(await reindexDocument(deps, { caller, requestId }, params.documentId)),
    ),

    route(contract.cancelDocument, async ({ caller, params, request: { requestId } }) =>
      presentDocument(await cancelReading(deps, { caller, requestId }, params.documentId)),
    ),

    route(contract.downloadDocument, async ({ caller, params }) =>
      giveDocumentFile(deps, await findDocument(caller.storage, params.documentId)),
    ),

    route(contract.listDocumentChunks, async ({ caller: { storage }, params, query }) => {
      const { id } = await findDocument(storage, params.documentId);
      const { items, nextCursor } = await pageByNumber(query, (range) => storage.chunks.list(id, range));
      return { items: items.map(presentChunk), nextCursor };
    }),

    route(contract.listDocumentParts, async ({ caller: { storage }, params, query }) => {
      const { id } = await findDocument(storage, params.documentId);
      const { items, nextCursor } = await pageByNumber(query, (range) => storage.documents.listParts(id, range));
      return { items: items.map(presentPartSummary), nextCursor };
    }),

    route(contract.getDocumentPart, async ({ caller: { storage }, params, query }) => {
      const document = await findDocument(storage, params.documentId);
      const part = await storage.documents.findPart(document.id, query.number);
      if (!part) throw new NotFoundError('document');
      return presentPart(document, part, await chunksOfPart(storage, part));
    }),

    route(contract.getChunk, async ({ caller, params }) => {
      const chunk = await caller.storage.chunks.find(params.chunkId);
      if (!chunk) throw new NotFoundError('chunk');
      return presentChunk(chunk);
    }),

    route(contract.updateChunk, async ({ caller, params, body, request: { requestId } }) =>
      presentChunk(await correctChunk(deps, { caller, requestId }, { chunkId: params.chunkId, ...body })),
    ),

    route(contract.searchKnowledge, async ({ caller, body }) =>
      presentPassageResults(await search(deps, caller.storage, body)),
    ),
  ];
}

/** The same for programs with a key. */
export function knowledgeApiRoutes(deps: RoutesDeps): Route[] {
  return [
    route(api.integrationListDocuments, async ({ caller, query }) => {
      const { items, nextCursor } = await caller.storage.documents.list(query);
      return { items: items.map(presentDocument), nextCursor };
    }),

    route(api.integrationCreateDocument, async ({ caller, body, request: { requestId } }) =>
      presentDocument(await createDocument(deps, { caller, requestId }, body)),
    ),

    route(api.integrationUploadDocument, async ({ caller, query, upload: bytes, request }) => {
      const upload = { name: query.name, bytes, announcedBytes: announcedBytes(request) };
      return presentDocument(await addFile(deps, { caller, requestId: request.requestId }, upload));
    }),

    route(api.integrationGetDocument, async ({ caller, params }) =>
      presentDocument(await findDocument(caller.storage, params.documentId)),
    ),

    route(api.integrationReindexDocument, async ({ caller, params, request: { requestId } }) =>
      presentDocument(await reindexDocument(deps, { caller, requestId }, params.documentId)),
    ),

    route(api.integrationDeleteDocument, async ({ caller, params, request: { requestId } }) => {
      await removeDocument(deps, { caller, requestId }, params.documentId);
      return undefined;
    }),

    route(api.integrationSearchKnowledge, async ({ caller, body }) =>
      presentPassageResults(await search(deps, caller.storage, body)),
    ),
  ];
}

async function findDocument(storage: ClientStorage, id: string) {
  const document = await storage.documents.find(id);
  if (!document) throw new NotFoundError('document');
  return document;
}

function announcedBytes({ headers }: ExchangeRequest): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
