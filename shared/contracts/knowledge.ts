import * as z from 'zod/mini';
import { documentKinds, documentStatuses } from '../knowledge-vocabulary.ts';
import { limits } from '../limits.ts';
import { clientParams } from './clients.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** What the assistant answers from: documents, the passages cut from them, and how passages are found. */

const crawlLimits = z.object({
  /** Pages read at most. */
  pagesMax: z.int(),
  /** Links followed from the first page at most. */
  depthMax: z.int(),
});

export const documentView = z.object({
  id: z.string(),
  kind: z.enum(documentKinds),
  name: z.string(),
  /** Of a `page` or `site`; else null. */
  url: z.nullable(z.string()),
  /** Of a `file`, found from its content once it was read; else null. */
  mediaType: z.nullable(z.string()),
  /** Of a `file`, in bytes; else null. */
  sizeBytes: z.nullable(z.int()),
  /** Of a `site`; else null. */
  crawl: z.nullable(crawlLimits),
  /** BCP 47 tag, as found; null: not known. */
  language: z.nullable(z.string()),
  /** How the latest reading stands. While it runs or when it `failed`, the version before goes on answering. */
  status: z.enum(documentStatuses),
  /** Why it `failed`, or what to know about a `ready` one; a sentence for the owner. */
  statusReason: z.nullable(z.string()),
  /** How far the current step is, from 0 to 1000. */
  progress: z.int(),
  /** Counts the versions; the one that answers. 0: none does yet. */
  version: z.int(),
  /** Printed pages, sheets, web pages or pairs of the version that answers. */
  pageCount: z.int(),
  wordCount: z.int(),
  chunkCount: z.int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  /** When the version that answers was made; null: never. */
  processedAt: z.nullable(z.string()),
});
export type DocumentView = z.output<typeof documentView>;

/** A document with what the owner wrote. */
export const documentDetailView = z.extend(documentView, {
  /** Of a `text`; else null. */
  text: z.nullable(z.string()),
  /** Of a `qa`; else null. */
  pairs: z.nullable(z.array(z.object({ question: z.string(), answer: z.string() }))),
});
export type DocumentDetailView = z.output<typeof documentDetailView>;

/** A passage: what is found for a question and cited by an answer. */
export const chunkView = z.object({
  id: z.string(),
  documentId: z.string(),
  /** From 1, in reading order. */
  number: z.int(),
  partNumber: z.int(),
  page: z.nullable(z.int()),
  url: z.nullable(z.string()),
  /** Title of the document and the headings above the passage, outermost first. */
  titlePath: z.array(z.string()),
  /** Where it stands in the text of its part, in UTF-16 code units. */
  start: z.int(),
  end: z.int(),
  /** As it answers. */
  text: z.string(),
  /** Put right by a person, so that it differs from its part's text. */
  edited: z.boolean(),
  /** Kept out of answers. */
  hidden: z.boolean(),
});
export type ChunkView = z.output<typeof chunkView>;

/** A printed page, a sheet, a web page, a pair, or the whole document. */
export const partSummaryView = z.object({
  number: z.int(),
  title: z.string(),
  page: z.nullable(z.int()),
  url: z.nullable(z.string()),
});
export type PartSummaryView = z.output<typeof partSummaryView>;

/** A part with its text, and where its passages stand in it. */
export const partView = z.extend(partSummaryView, {
  documentId: z.string(),
  documentName: z.string(),
  text: z.string(),
  /** By number ascending. */
  chunks: z.array(z.pick(chunkView, { id: true, number: true, start: true, end: true, edited: true, hidden: true })),
});
export type PartView = z.output<typeof partView>;

export const passageHitView = z.object({
  chunk: chunkView,
  documentName: z.string(),
  /** Comparable within one answer only. */
  score: z.number(),
  /** Why it was found: the question's words and their shares of the score. */
  matches: z.array(z.object({ term: z.string(), weight: z.number(), where: z.enum(['title', 'text', 'both']) })),
  /** How near its meaning is to the question's, up to 1, where that is what it was found by, or also. */
  nearness: z.optional(z.number()),
});
export type PassageHitView = z.output<typeof passageHitView>;

export const passageResultsView = z.object({
  /** Best first. */
  hits: z.array(passageHitView),
  /** How sure it is that the passages hold an answer, from 0 to 1. */
  confidence: z.number(),
  /** The words looked up, after spelling help. */
  terms: z.array(z.string()),
  /** Why it was searched by words only, where there is a model for meanings. */
  note: z.optional(z.string()),
});
export type PassageResultsView = z.output<typeof passageResultsView>;

const area = 'Knowledge';
const read = { kind: 'member', permission: 'knowledge.read' } as const;
const manage = { kind: 'member', permission: 'knowledge.manage' } as const;
const correct = { kind: 'member', permission: 'knowledge.correct' } as const;
const base = '/api/clients/:clientId/knowledge';
const documentParams = z.object({ clientId: field.id(), documentId: field.id() });
const chunkParams = z.object({ clientId: field.id(), chunkId: field.id() });

const filled = (max: number) =>
  field.text(max).check(z.refine((value) => value.trim() !== '', { error: 'Must not be empty.' }));

function isWebAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, hostname, username, password } = new URL(value);
  return /^https?:$/.test(protocol) && hostname !== '' && username === '' && password === '';
}
const address = field
  .line(limits.addressCharsMax)
  .check(z.refine(isWebAddress, { error: 'Must be an address, as in https://example.com/help, without a password.' }));

const between = (min: number, max: number) =>
  z.int('Must be a whole number.').check(z.gte(min, `At least ${min}.`), z.lte(max, `At most ${max}.`));
const crawl = z.object({ pagesMax: between(1, limits.sitePagesMax), depthMax: between(0, limits.siteDepthMax) });

const name = field.line(limits.nameCharsMax);
const documentText = filled(limits.documentTextCharsMax);
const pairs = z
  .array(
    z.object({ question: field.line(limits.pairQuestionCharsMax), answer: filled(limits.pairAnswerCharsMax) }),
    'Must be a list of questions with their answers.',
  )
  .check(
    z.minLength(1, 'At least 1.'),
    z.maxLength(limits.documentPairsMax, `At most ${limits.documentPairsMax}; make another document for more.`),
  );

export const documentInput = z.discriminatedUnion(
  'kind',
  [
    /** Without a name it gets the title of the page. */
    z.object({ kind: z.literal('page'), url: address, name: z.optional(name) }),
    z.object({ kind: z.literal('site'), url: address, name: z.optional(name), crawl: z.optional(crawl) }),
    /** Headings may be marked as in Markdown. */
    z.object({ kind: z.literal('text'), name, text: documentText }),
    z.object({ kind: z.literal('qa'), name, pairs }),
  ],
  { error: 'Must be a page, site, text or qa.' },
);
export type DocumentInput = z.output<typeof documentInput>;

export const uploadQuery = z.object({ name: field.line(limits.nameCharsMax) });
/** For the summaries of what takes files. */
export const readableKinds = 'PDF, DOCX, XLSX, CSV, HTML, Markdown, text and JSON are read, known by their content.';

export const listDocuments = defineEndpoint({
  name: 'listDocuments',
  method: 'GET',
  path: `${base}/documents`,
  access: read,
  area,
  summary: 'The client’s documents, newest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(documentView),
});

export const createDocument = defineEndpoint({
  name: 'createDocument',
  method: 'POST',
  path: `${base}/documents`,
  access: manage,
  area,
  summary: 'Adds a web page, a site, a text, or questions with answers, to be read at once.',
  params: clientParams,
  body: documentInput,
  status: 201,
  answer: documentView,
});

export const uploadDocument = defineEndpoint({
  name: 'uploadDocument',
  method: 'POST',
  path: `${base}/files`,
  access: manage,
  area,
  summary: `Adds a file, its bytes as the body, to be read at once. ${readableKinds}`,
  params: clientParams,
  query: uploadQuery,
  upload: { bytesMax: limits.documentBytesMax },
  status: 201,
  answer: documentView,
});

export const getDocument = defineEndpoint({
  name: 'getDocument',
  method: 'GET',
  path: `${base}/documents/:documentId`,
  access: read,
  area,
  summary: 'One document, with what the owner wrote.',
  params: documentParams,
  status: 200,
  answer: documentDetailView,
});

export const updateDocument = defineEndpoint({
  name: 'updateDocument',
  method: 'PATCH',
  path: `${base}/documents/:documentId`,
  access: manage,
  area,
  summary: 'Changes the given fields, of those that its kind has; a document that reads otherwise now is read again.',
  params: documentParams,
  body: z.object({
    name: z.optional(name),
    url: z.optional(address),
    crawl: z.optional(crawl),
    text: z.optional(documentText),
    pairs: z.optional(pairs),
  }),
  status: 200,
  answer: documentDetailView,
});

export const deleteDocument = defineEndpoint({
  name: 'deleteDocument',
  method: 'DELETE',
  path: `${base}/documents/:documentId`,
  access: manage,
  area,
  summary: 'Removes a document; from then on no answer uses it.',
  params: documentParams,
  status: 204,
});

export const reindexDocument = defineEndpoint({
  name: 'reindexDocument',
  method: 'POST',
  path: `${base}/documents/:documentId/reindex`,
  access: manage,
  area,
  summary: 'Reads a document again, from the start when it is being read. What it has goes on answering meanwhile.',
  params: documentParams,
  status: 200,
  answer: documentView,
});

export const cancelDocument = defineEndpoint({
  name: 'cancelDocument',
  method: 'POST',
  path: `${base}/documents/:documentId/cancel`,
  access: manage,
  area,
  summary: 'Stops reading a document. One that is not being read stays as it is.',
  params: documentParams,
  status: 200,
  answer: documentView,
});

export const downloadDocument = defineEndpoint({
  name: 'downloadDocument',
  method: 'GET',
  path: `${base}/documents/:documentId/file`,
  access: read,
  area,
  summary: 'The bytes of an uploaded file, for saving.',
  params: documentParams,
  status: 200,
  download: true,
});

export const listDocumentChunks = defineEndpoint({
  name: 'listDocumentChunks',
  method: 'GET',
  path: `${base}/documents/:documentId/chunks`,
  access: read,
  area,
  summary: 'The passages of the version that answers, in reading order.',
  params: documentParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(chunkView),
});

export const listDocumentParts = defineEndpoint({
  name: 'listDocumentParts',
  method: 'GET',
  path: `${base}/documents/:documentId/parts`,
  access: read,
  area,
  summary: 'The parts of the version that answers, without their text, in reading order.',
  params: documentParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(partSummaryView),
});

export const getDocumentPart = defineEndpoint({
  name: 'getDocumentPart',
  method: 'GET',
  path: `${base}/documents/:documentId/part`,
  access: read,
  area,
  summary: 'One part of the version that answers, with its text and where its passages stand in it.',
  params: documentParams,
  query: z.object({ number: z._default(field.sequenceParameter(), 1) }),
  status: 200,
  answer: partView,
});

export const getChunk = defineEndpoint({
  name: 'getChunk',
  method: 'GET',
  path: `${base}/chunks/:chunkId`,
  access: read,
  area,
  summary: 'One passage, as long as its version answers.',
  params: chunkParams,
  status: 200,
  answer: chunkView,
});

export const updateChunk = defineEndpoint({
  name: 'updateChunk',
  method: 'PATCH',
  path: `${base}/chunks/:chunkId`,
  access: correct,
  area,
  summary: 'Puts a passage right (null: back to what the document says), hides it from answers, or shows it again.',
  params: chunkParams,
  body: z.object({
    text: z.optional(z.nullable(filled(limits.passageCharsMax))),
    hidden: z.optional(z.boolean('Must be true or false.')),
  }),
  status: 200,
  answer: chunkView,
});

/** A question to the playground. */
export const knowledgeQuestion = z.object({
  text: field.line(limits.questionCharsMax),
  /** BCP 47 tag, where it is known better than from the words. */
  language: z.optional(field.line(35).check(z.regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'Must be a tag as in de.'))),
  /** Only in these documents; left out: in all. */
  documentIds: z.optional(z.array(field.id(), 'Must be a list of ids.').check(z.maxLength(100, 'At most 100.'))),
  limit: z._default(between(1, 50), 10),
});

export const searchKnowledge = defineEndpoint({
  name: 'searchKnowledge',
  method: 'POST',
  path: `${base}/search`,
  access: read,
  area,
  summary: 'The passages that a question finds, with their scores and why, and how sure it is that they answer it.',
  params: clientParams,
  body: knowledgeQuestion,
  status: 200,
  answer: passageResultsView,
});
