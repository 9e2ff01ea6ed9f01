import type { Chunk, KnowledgeDocument } from '../../../shared/schema.ts';
import type { NewChunk, NewDocument, NewPart, Published, Staged } from '../repositories/documents.ts';
import type { ModelChange } from '../repositories/models.ts';
import type { NewReceipt } from '../repositories/receipts.ts';
import type { NewWebhookCall } from '../repositories/webhooks.ts';
import type { ClientStorage } from '../storage.ts';
import { strangeId } from './worlds.ts';

export function documentInput(input: Partial<NewDocument> = {}): NewDocument {
  return { kind: 'text', name: 'Guide', ...input };
}

export function partInput(number: number, input: Partial<NewPart> = {}): NewPart {
  return { number, title: `Part ${number}`, page: number, url: null, text: `Text of part ${number}`, ...input };
}

export function chunkInput(number: number, input: Partial<NewChunk> = {}): NewChunk {
  const text = input.text ?? `Text of chunk ${number}`;
  const place = { partNumber: 1, page: null, url: null, titlePath: ['Guide'], start: 0, end: text.length };
  return { number, ...place, text, ...input };
}

export const published: Published = { pageCount: 1, wordCount: 2 };

/** Lets these texts answer as the chunks of the document's next version. */
export async function publishTexts(
  client: ClientStorage,
  documentId: string,
  texts: readonly string[],
  staged: Pick<Staged, 'language'> = {},
): Promise<KnowledgeDocument> {
  const version = await stageTexts(client, documentId, texts, staged);
  return client.documents.publish(documentId, version, published);
}

/** Builds a version of these texts, and answers its number. */
export async function stageTexts(
  client: ClientStorage,
  documentId: string,
  texts: readonly string[],
  staged: Pick<Staged, 'language'> = {},
): Promise<number> {
  const version = await client.documents.beginVersion(documentId);
  const chunks = texts.map((text, index) => chunkInput(index + 1, { text }));
  await client.documents.stage(documentId, version, { parts: [partInput(1)], chunks, ...staged });
  return version;
}

/** A document with these texts as its chunks. */
export async function addDocument(
  client: ClientStorage,
  texts: readonly string[] = ['One', 'Two'],
): Promise<{ document: KnowledgeDocument; chunks: Chunk[] }> {
  const { id } = await client.documents.create(documentInput());
  const document = await publishTexts(client, id, texts);
  return { document, chunks: await client.chunks.list(id, { limit: 100 }) };
}

export function receiptInput(conversationId: string, input: Partial<NewReceipt> = {}): NewReceipt {
  return {
    conversationId,
    questionMessageId: strangeId(),
    widgetId: strangeId(),
    answerMessageId: strangeId(),
    question: 'When are you open?',
    questionKey: 'open when',
    answer: 'From nine to five.',
    outcome: 'answered',
    engine: 'knowledge',
    model: null,
    promptVersion: null,
    confidence: 0.5,
    passages: [],
    steps: [],
    tokensIn: 0,
    tokensOut: 0,
    costMicros: 0,
    durationMs: 12,
    ...input,
  };
}

export function callInput(
  within: { widgetId: string; conversationId: string },
  input: Partial<NewWebhookCall> = {},
): NewWebhookCall {
  return {
    ...within,
    id: strangeId(),
    questionMessageId: strangeId(),
    url: 'https://flows.example/hook',
    input: { chatInput: 'Hello' },
    output: 'Hi',
    outcome: 'answered',
    failure: null,
    httpStatus: 200,
    durationMs: 30,
    ...input,
  };
}

export function modelInput(input: Partial<ModelChange> = {}): ModelChange {
  return {
    baseUrl: 'https://models.example/v1',
    model: 'small',
    sealedApiKey: 'sealed',
    priceInMicros: 150_000,
    priceOutMicros: 600_000,
    monthlyCapMicros: null,
    ...input,
  };
}
