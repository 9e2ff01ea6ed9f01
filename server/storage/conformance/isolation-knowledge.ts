import { expect } from 'vitest';
import type { NotFoundError } from '../errors.ts';
import type { ClientStorage } from '../storage.ts';
import {
  addDocument,
  callInput,
  chunkInput,
  documentInput,
  modelInput,
  published,
  receiptInput,
} from './knowledge-worlds.ts';

/** What a call against somebody else's row comes to: that it is not found, or an answer in which nothing is theirs. */
interface Case {
  call(intruder: ClientStorage, planted: Planted): Promise<unknown>;
  outcome: { missing: NotFoundError['entity'] } | { answer: (own: { row: { id: string } }) => unknown };
}

interface Ground {
  client: ClientStorage;
  widget: { id: string };
  conversation: { id: string };
  message: { id: string };
}
type Planted = Ground & Awaited<ReturnType<typeof plantKnowledge>>;

const missing = (entity: NotFoundError['entity']): Case['outcome'] => ({ missing: entity });
const answers = (value: unknown): Case['outcome'] => ({ answer: () => value });
const nothing = answers(undefined);
const page = { limit: 100 };
const month = '2026-11';

/** A row in every table of knowledge, jobs and answers. */
export async function plantKnowledge({ client, widget, conversation, message }: Ground) {
  const { document, chunks } = await addDocument(client, ['Secret one', 'Secret two']);
  const begun = await client.documents.beginVersion(document.id);
  await client.documents.stage(document.id, begun, { chunks: [chunkInput(3)] });
  await client.documents.stageVectors(document.id, begun, 'small', [{ number: 3, values: [0.6, 0.8] }]);
  await client.documents.create(documentInput());
  const documentCursor = (await client.documents.list({ limit: 1 })).nextCursor!;
  const job = await client.jobs.enqueue({ kind: 'ingest', subjectId: document.id });
  const widgetId = widget.id;
  const receipt = await client.receipts.create(
    receiptInput(conversation.id, { questionMessageId: message.id, widgetId, outcome: 'unknown' }),
  );
  await client.receipts.create(receiptInput(conversation.id, { widgetId }));
  const receiptCursor = (await client.receipts.list({}, { limit: 1 })).nextCursor!;
  const worstCursor = (await client.receipts.list({ order: 'worst' }, { limit: 1 })).nextCursor!;
  const call = await client.webhooks.note(callInput({ widgetId, conversationId: conversation.id }));
  await client.webhooks.setSecret(widgetId, 'sealed');
  await client.models.set(modelInput());
  await client.models.addUsage(month, { tokensIn: 1, tokensOut: 2, costMicros: 3 });
  return { document, begun, chunk: chunks[0]!, documentCursor, job, receipt, receiptCursor, worstCursor, call };
}

export async function knowledgeContents({ client, widget, document, job }: Planted) {
  return {
    documents: await client.documents.list(page),
    parts: await client.documents.listParts(document.id, page),
    chunks: await client.chunks.list(document.id, page),
    job: await client.jobs.find(job.kind, job.subjectId),
    receipts: await client.receipts.list({}, page),
    calls: await client.webhooks.list(widget.id, page),
    secret: await client.webhooks.findSecret(widget.id),
    model: await client.models.find(),
    usage: await client.models.usage(month),
  };
}

/** A list of the intruder's, of which only what is not theirs is left. */
async function notOwn<Row extends { clientId: string }>(intruder: ClientStorage, list: Promise<{ items: Row[] }>) {
  return (await list).items.filter(({ clientId }) => clientId !== intruder.clientId);
}

export const knowledgeCases: Record<string, Case> = {
  'documents.create': {
    call: (i) => i.documents.create(documentInput()),
    outcome: { answer: (own) => expect.objectContaining({ clientId: own.row.id }) },
  },
  'documents.find': { call: (i, p) => i.documents.find(p.document.id), outcome: nothing },
  'documents.list': { call: (i) => notOwn(i, i.documents.list(page)), outcome: answers([]) },
  'documents.list from their cursor': {
    call: (i, p) => notOwn(i, i.documents.list({ ...page, cursor: p.documentCursor })),
    outcome: answers([]),
  },
  'documents.update': {
    call: (i, p) => i.documents.update(p.document.id, { name: 'X' }),
    outcome: missing('document'),
  },
  'documents.remove': { call: (i, p) => i.documents.remove(p.document.id), outcome: missing('document') },
  'documents.beginVersion': { call: (i, p) => i.documents.beginVersion(p.document.id), outcome: missing('document') },
  'documents.stage': {
    call: (i, p) => i.documents.stage(p.document.id, p.begun, { chunks: [chunkInput(1)] }),
    outcome: missing('document'),
  },
  'documents.stageVectors': {
    call: (i, p) => i.documents.stageVectors(p.document.id, p.begun, 'small', [{ number: 3, values: [1, 0] }]),
    outcome: missing('document'),
  },
  'documents.publish': {
    call: (i, p) => i.documents.publish(p.document.id, p.begun, published),
    outcome: missing('document'),
  },
  'documents.findPart': { call: (i, p) => i.documents.findPart(p.document.id, 1), outcome: nothing },
  'documents.listParts': { call: (i, p) => i.documents.listParts(p.document.id, page), outcome: answers([]) },

  'chunks.find': { call: (i, p) => i.chunks.find(p.chunk.id), outcome: nothing },
  'chunks.list': { call: (i, p) => i.chunks.list(p.document.id, page), outcome: answers([]) },
  'chunks.update': { call: (i, p) => i.chunks.update(p.chunk.id, { hidden: true }), outcome: missing('chunk') },

  'passages.search': {
    call: async (i) => {
      const { hits } = await i.passages.search({ text: 'secret', limit: 100 });
      return hits.filter(({ chunk }) => chunk.clientId !== i.clientId);
    },
    outcome: answers([]),
  },
  'passages.search in their document': {
    call: async (i, p) => (await i.passages.search({ text: 'secret', documentIds: [p.document.id], limit: 100 })).hits,
    outcome: answers([]),
  },

  'jobs.enqueue': {
    call: (i, p) => i.jobs.enqueue({ kind: p.job.kind, subjectId: p.job.subjectId, payload: { mine: true } }),
    outcome: { answer: (own) => expect.objectContaining({ clientId: own.row.id, payload: { mine: true } }) },
  },
  'jobs.cancel': { call: (i, p) => i.jobs.cancel(p.job.kind, p.job.subjectId), outcome: answers(false) },
  'jobs.list': {
    call: async (i, p) => (await i.jobs.list(p.job.kind)).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers([]),
  },
  'jobs.find': { call: (i, p) => i.jobs.find(p.job.kind, p.job.subjectId), outcome: nothing },

  'chunks.withoutVector': {
    call: (i, p) => i.chunks.withoutVector(p.document.id, { model: 'any', limit: 10 }),
    outcome: answers([]),
  },
  'chunks.keepVectors': {
    call: (i, p) => i.chunks.keepVectors('any', [{ chunkId: p.chunk.id, text: p.chunk.text, values: [1] }]),
    outcome: nothing,
  },

  'receipts.create': {
    call: (i, p) => i.receipts.create(receiptInput(p.conversation.id)),
    outcome: missing('conversation'),
  },
  'receipts.find': { call: (i, p) => i.receipts.find(p.receipt.questionMessageId), outcome: nothing },
  'receipts.findByAnswer': {
    call: (i, p) => i.receipts.findByAnswer(p.receipt.answerMessageId!),
    outcome: nothing,
  },
  'receipts.ratings': { call: (i, p) => i.receipts.ratings([p.receipt.answerMessageId!]), outcome: answers([]) },
  'receipts.list': { call: (i) => notOwn(i, i.receipts.list({}, page)), outcome: answers([]) },
  'receipts.list from their cursor': {
    call: (i, p) => notOwn(i, i.receipts.list({}, { ...page, cursor: p.receiptCursor })),
    outcome: answers([]),
  },
  'receipts.list of the worst from their cursor': {
    call: (i, p) => notOwn(i, i.receipts.list({ order: 'worst' }, { ...page, cursor: p.worstCursor })),
    outcome: answers([]),
  },
  'receipts.list by their widget': {
    call: (i, p) => i.receipts.list({ widgetId: p.widget.id }, page),
    outcome: answers({ items: [], nextCursor: null }),
  },
  'receipts.rate': {
    call: (i, p) =>
      i.receipts.rate({ conversationId: p.conversation.id, answerMessageId: p.receipt.answerMessageId! }, -1),
    outcome: missing('receipt'),
  },
  'receipts.markReviewed': {
    call: (i, p) => i.receipts.markReviewed(p.receipt.questionMessageId),
    outcome: missing('receipt'),
  },
  'receipts.unanswered': {
    call: async (i) => (await i.receipts.unanswered(100)).map(({ count }) => count),
    outcome: answers([1]),
  },
  'receipts.counts': {
    call: (i) => i.receipts.counts(new Date(0)),
    outcome: answers({ answered: 1, unknown: 1 }),
  },

  'webhooks.note': {
    call: (i, p) => i.webhooks.note(callInput({ widgetId: p.widget.id, conversationId: p.conversation.id })),
    outcome: missing('widget'),
  },
  'webhooks.note of an own widget': {
    call: async (i, p) => {
      const [own] = await i.widgets.list();
      return i.webhooks.note(callInput({ widgetId: own!.id, conversationId: p.conversation.id }));
    },
    outcome: missing('conversation'),
  },
  'webhooks.find': { call: (i, p) => i.webhooks.find(p.call.id), outcome: nothing },
  'webhooks.list': {
    call: (i, p) => i.webhooks.list(p.widget.id, page),
    outcome: answers({ items: [], nextCursor: null }),
  },
  'webhooks.prune': { call: (i) => i.webhooks.prune(new Date('2030-01-01')), outcome: answers(1) },
  'webhooks.findSecret': { call: (i, p) => i.webhooks.findSecret(p.widget.id), outcome: nothing },
  'webhooks.setSecret': { call: (i, p) => i.webhooks.setSecret(p.widget.id, 'mine'), outcome: missing('widget') },

  'models.find': {
    call: async (i) => (await i.models.find())?.clientId === i.clientId,
    outcome: answers(true),
  },
  'models.set': {
    call: (i) => i.models.set(modelInput({ model: 'mine' })),
    outcome: { answer: (own) => expect.objectContaining({ clientId: own.row.id, model: 'mine' }) },
  },
  'models.remove': { call: (i) => i.models.remove(), outcome: nothing },
  'models.addUsage': {
    call: (i) => i.models.addUsage(month, { tokensIn: 1, tokensOut: 1, costMicros: 1 }),
    outcome: { answer: (own) => expect.objectContaining({ clientId: own.row.id, tokensIn: 2 }) },
  },
  'models.usage': {
    call: async (i) => (await i.models.usage(month)).tokensIn,
    outcome: answers(1),
  },
};
