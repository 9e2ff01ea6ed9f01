import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { normalised } from '../retrieval/nearest.ts';

/** A model for embeddings behind an OpenAI-compatible endpoint. */
export interface EmbeddingAccess {
  /** As in `https://api.openai.com/v1`. */
  baseUrl: string;
  model: string;
  /** Empty: the endpoint wants none. */
  apiKey: string;
  /** How many numbers to ask for; undefined: as many as the model makes. */
  dimensions: number | undefined;
  /** The cosine from which two texts are taken to be about the same. */
  floor: number;
}

interface EmbedOptions {
  /** Gives up when it fires, and throws its reason. */
  signal?: AbortSignal;
  /** Of each request. */
  timeoutMs?: number;
  /** After a request that failed for a reason that may pass, how long to wait before the next; by default half a second, then two. */
  retryDelaysMs?: readonly number[];
}

/** Puts texts into numbers. */
export interface Embedder {
  readonly model: string;
  readonly floor: number;
  /** A vector of length 1 for each text, in their order. @throws EmbeddingError */
  embed(texts: readonly string[], options?: EmbedOptions): Promise<Float32Array[]>;
}

/** The endpoint gave no vectors. `message` is for the log: it has nothing of the texts, the key or the answer. */
export class EmbeddingError extends Error {
  override readonly name = 'EmbeddingError';
  /** Whether it may pass. */
  readonly isPassing: boolean;
  constructor(message: string, isPassing: boolean) {
    super(message);
    this.isPassing = isPassing;
  }
}

/** Texts of one request. */
const batchMax = 64;
const numbersMax = 16_000;

const answerSchema = z.object({
  data: z.array(z.object({ index: z.int(), embedding: z.array(z.number()).check(z.minLength(1)) })),
});

export function createEmbedder({ baseUrl, model, apiKey, dimensions, floor }: EmbeddingAccess): Embedder {
  const url = `${baseUrl.replace(/\/+$/, '')}/embeddings`;
  const headers = { 'content-type': 'application/json', ...(apiKey !== '' && { authorization: `Bearer ${apiKey}` }) };

  async function request(input: readonly string[], timeoutMs: number, signal: AbortSignal | undefined) {
    const timeout = AbortSignal.timeout(timeoutMs);
    const body = JSON.stringify({ model, input, encoding_format: 'float', ...(dimensions && { dimensions }) });
    let response: Response;
    let text: string;
    try {
      const either = signal ? AbortSignal.any([signal, timeout]) : timeout;
      response = await fetch(url, { method: 'POST', headers, body, signal: either, redirect: 'error' });
      text = await response.text();
    } catch {
      signal?.throwIfAborted();
      throw new EmbeddingError(timeout.aborted ? 'It did not answer in time.' : 'It could not be reached.', true);
    }
    const { status } = response;
    if (!response.ok) throw new EmbeddingError(`It answered with status ${status}.`, status === 429 || status >= 500);
    return read(text, input.length);
  }

  return {
    model,
    floor,
    async embed(texts, { signal, timeoutMs = 30_000, retryDelaysMs = [500, 2_000] } = {}) {
      const vectors: Float32Array[] = [];
      for (let from = 0; from < texts.length; from += batchMax) {
        const batch = texts.slice(from, from + batchMax);
        for (let attempt = 0; ; attempt++) {
          try {
            vectors.push(...(await request(batch, timeoutMs, signal)));
            break;
          } catch (error) {
            const delayMs = retryDelaysMs[attempt];
            if (!(error instanceof EmbeddingError && error.isPassing) || delayMs === undefined) throw error;
            await sleep(delayMs, undefined, { signal: signal as AbortSignal });
          }
        }
      }
      return vectors;
    },
  };
}

/** The vectors in the order of what was asked. @throws EmbeddingError */
function read(text: string, count: number): Float32Array[] {
  const parsed = answerSchema.safeParse(jsonOf(text));
  const vectors: Float32Array[] = [];
  for (const { index, embedding } of parsed.data?.data ?? []) vectors[index] = normalised(embedding);
  const length = vectors[0]?.length ?? 0;
  const isWhole =
    vectors.length === count && length <= numbersMax && Array.from(vectors).every((one) => one?.length === length);
  if (!isWhole) throw new EmbeddingError('What it answered are not the vectors it was asked for.', false);
  return vectors;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
