import type { Logger } from 'pino';
import { type Embedder, EmbeddingError } from '../../lib/embeddings.ts';
import { keptVector } from '../../retrieval/nearest.ts';
import type { PassageQuery, PassageResults } from '../../storage/repositories/passages.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/** A visitor waits for the answer: what is not there by then is done without. */
const timeoutMs = 1_500;
const embeddedCharsMax = 2_000;

/**
 * Finds passages by their words and, where there is a model for embeddings, by what they mean; by words alone when it
 * does not answer in time.
 */
export async function searchPassages(
  own: ClientStorage,
  query: Omit<PassageQuery, 'vector'>,
  embedder: Embedder | undefined,
): Promise<PassageResults> {
  if (embedder === undefined || query.text.trim() === '') return own.passages.search(query);
  const values = await embedQuestion(embedder, query.text);
  const { model, floor } = embedder;
  if (!values) return { ...(await own.passages.search(query)), wordsOnly: 'failed' };
  return own.passages.search({ ...query, vector: { model, values, floor } });
}

/** Notes that what the question means did not count. */
export function logWordsOnly(
  log: Logger,
  { clientId }: Pick<ClientStorage, 'clientId'>,
  { wordsOnly }: Pick<PassageResults, 'wordsOnly'>,
): void {
  if (wordsOnly) log.warn({ event: 'search.by-words-only', clientId, reason: wordsOnly });
}

const reasons = {
  failed: 'the service for meanings did not answer in time, or with a fault.',
  tooMany: 'there are too many passages to compare their meanings without pgvector.',
};

/** The same for people. */
export function wordsOnlyText({ wordsOnly }: Pick<PassageResults, 'wordsOnly'>): string | undefined {
  return wordsOnly && `Searched by words only: ${reasons[wordsOnly]}`;
}

async function embedQuestion(embedder: Embedder, text: string): Promise<number[] | undefined> {
  try {
    const [vector] = await embedder.embed([text.slice(0, embeddedCharsMax)], { timeoutMs, retryDelaysMs: [] });
    return vector && keptVector(vector);
  } catch (error) {
    if (error instanceof EmbeddingError) return undefined;
    throw error;
  }
}
