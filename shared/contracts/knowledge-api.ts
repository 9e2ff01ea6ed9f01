import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';
import {
  documentInput,
  documentView,
  knowledgeQuestion,
  passageResultsView,
  readableKinds,
  uploadQuery,
} from './knowledge.ts';

/** Knowledge for other programs, with the header `x-org-key`. */

const area = 'Integration API';
const access = { kind: 'apiKey' } as const;
const params = z.object({ documentId: field.id() });

export const integrationListDocuments = defineEndpoint({
  name: 'integrationListDocuments',
  method: 'GET',
  path: '/api/v1/documents',
  access,
  area,
  summary: 'The client’s documents, newest first.',
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(documentView),
});

export const integrationCreateDocument = defineEndpoint({
  name: 'integrationCreateDocument',
  method: 'POST',
  path: '/api/v1/documents',
  access,
  area,
  summary: 'Adds a web page, a site, a text, or questions with answers, to be read at once.',
  body: documentInput,
  status: 201,
  answer: documentView,
});

export const integrationUploadDocument = defineEndpoint({
  name: 'integrationUploadDocument',
  method: 'POST',
  path: '/api/v1/files',
  access,
  area,
  summary: `Adds a file, its bytes as the body, to be read at once. ${readableKinds}`,
  query: uploadQuery,
  upload: { bytesMax: limits.documentBytesMax },
  status: 201,
  answer: documentView,
});

export const integrationGetDocument = defineEndpoint({
  name: 'integrationGetDocument',
  method: 'GET',
  path: '/api/v1/documents/:documentId',
  access,
  area,
  summary: 'One document; `status` says how reading it stands.',
  params,
  status: 200,
  answer: documentView,
});

export const integrationReindexDocument = defineEndpoint({
  name: 'integrationReindexDocument',
  method: 'POST',
  path: '/api/v1/documents/:documentId/reindex',
  access,
  area,
  summary: 'Reads a document again. What it has goes on answering meanwhile.',
  params,
  status: 200,
  answer: documentView,
});

export const integrationDeleteDocument = defineEndpoint({
  name: 'integrationDeleteDocument',
  method: 'DELETE',
  path: '/api/v1/documents/:documentId',
  access,
  area,
  summary: 'Removes a document; from then on no answer uses it.',
  params,
  status: 204,
});

export const integrationSearchKnowledge = defineEndpoint({
  name: 'integrationSearchKnowledge',
  method: 'POST',
  path: '/api/v1/knowledge/search',
  access,
  area,
  summary: 'The passages that a question finds, as the assistant finds them; a tool for a workflow or an agent.',
  body: knowledgeQuestion,
  status: 200,
  answer: passageResultsView,
});
