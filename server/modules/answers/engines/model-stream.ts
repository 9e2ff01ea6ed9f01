import type { APIError } from 'openai';
import { type Fetch, isRefused } from '../guarded-request.ts';
import type { ModelChoice } from '../model-access.ts';
import { openSafely } from './model-response.ts';

export interface ModelTimes {
  /** Until the first piece, and between two pieces. */
  silenceMs: number;
  /** For one try as a whole. */
  totalMs: number;
  /** How long to wait, after the text has ended, for what else the endpoint may say. */
  afterEndMs: number;
}

export interface ModelRequest {
  choice: ModelChoice;
  messages: { role: 'system' | 'user' | 'assistant'; content: string }[];
  temperature: number | undefined;
  fetch: Fetch;
  times: ModelTimes;
}

export interface ModelAnswer {
  /** As the endpoint says; null when it ended without saying why. */
  finish: string | null;
  /** The name the endpoint gives its model. */
  model: string | null;
  /** Undefined when the endpoint does not tell. */
  usage: { tokensIn: number; tokensOut: number } | undefined;
}

/** The model did not answer as it should. `message` is a sentence for the owner, without anything the endpoint sent. */
export class ModelFault extends Error {
  override readonly name = 'ModelFault';
  readonly again: 'no' | 'same' | 'shorter';
  /** When the endpoint has said how long to wait. */
  readonly retryAfterMs: number | undefined;
  constructor(message: string, again: ModelFault['again'] = 'no', retryAfterMs?: number) {
    super(message);
    this.again = again;
    this.retryAfterMs = retryAfterMs;
  }
}

const textCharsMax = 24_000;

/**
 * Asks the model once, and tells each piece of its text as it comes; `onText` answers whether to go on.
 * @throws ModelFault @throws the signal's reason when it fires
 */
export async function streamModel(
  { choice, messages, temperature, fetch, times }: ModelRequest,
  onText: (delta: string) => boolean,
  signal: AbortSignal,
): Promise<ModelAnswer> {
  signal.throwIfAborted();
  const { OpenAI } = await import('openai');
  const stop = new AbortController();
  let overdue: string | undefined;
  const end = (why: string) => () => {
    overdue ??= why;
    stop.abort();
  };
  const whole = setTimeout(end(`The model took longer than ${seconds(times.totalMs)}.`), times.totalMs);
  let silence = setTimeout(end(`The model did not begin within ${seconds(times.silenceMs)}.`), times.silenceMs);
  const cancel = () => stop.abort();
  signal.addEventListener('abort', cancel, { once: true });

  const answer: ModelAnswer = { finish: null, model: null, usage: undefined };
  let chars = 0;
  let refused = false;
  try {
    const client = new OpenAI({
      baseURL: choice.baseUrl,
      apiKey: choice.apiKey || 'none',
      organization: null,
      project: null,
      maxRetries: 0,
      logLevel: 'off',
      timeout: times.totalMs,
      fetch: (url, init) => fetch(String(url), init).then(openSafely),
      ...(choice.apiKey === '' && { defaultHeaders: { Authorization: null } }),
    });
    const stream = await client.chat.completions.create(
      {
        model: choice.model,
        messages,
        stream: true,
        stream_options: { include_usage: true },
        ...(temperature !== undefined && { temperature }),
      },
      { signal: stop.signal },
    );
    for await (const chunk of stream) {
      clearTimeout(silence);
      const ended = answer.finish !== null;
      silence = setTimeout(
        ended ? cancel : end(`The model said nothing for ${seconds(times.silenceMs)} in the middle of its answer.`),
        ended ? times.afterEndMs : times.silenceMs,
      );
      if (typeof chunk.model === 'string') answer.model = chunk.model.slice(0, 200);
      answer.usage = usageIn(chunk.usage) ?? answer.usage;
      const [first] = Array.isArray(chunk.choices) ? chunk.choices : [];
      if (!first || first.index > 0) continue;
      if (typeof first.delta?.refusal === 'string' && first.delta.refusal !== '') refused = true;
      const text = first.delta?.content;
      if (typeof text === 'string' && text !== '') {
        chars += text.length;
        if (!onText(text) || chars > textCharsMax) {
          answer.finish = 'length';
          break;
        }
      }
      if (first.finish_reason) {
        answer.finish = first.finish_reason;
        clearTimeout(silence);
        silence = setTimeout(cancel, times.afterEndMs);
      }
    }
  } catch (error) {
    if (answer.finish === null) throw faultOf(error, overdue, signal);
  } finally {
    clearTimeout(whole);
    clearTimeout(silence);
    signal.removeEventListener('abort', cancel);
    stop.abort();
  }
  signal.throwIfAborted();
  if (overdue !== undefined && answer.finish === null) throw new ModelFault(overdue, 'same');
  if (refused && chars === 0) throw new ModelFault('The model refused to answer.');
  return answer;
}

function usageIn(usage: unknown): ModelAnswer['usage'] {
  const { prompt_tokens: tokensIn, completion_tokens: tokensOut } = (usage ?? {}) as Record<string, unknown>;
  return isCount(tokensIn) && isCount(tokensOut) ? { tokensIn, tokensOut } : undefined;
}

const isCount = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value < 1e9;

/** Nothing of what the endpoint wrote is repeated: it may quote the key. */
function faultOf(error: unknown, overdue: string | undefined, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (overdue !== undefined) return new ModelFault(overdue, 'same');
  if (error instanceof ModelFault) return error;
  const { status, code, headers } = error as Partial<APIError<number, Headers>>;
  if (status === undefined) return connectionFault(error);
  if (code === 'context_length_exceeded' || status === 413) {
    return new ModelFault('The question and its passages are too long for the model.', 'shorter');
  }
  if (status === 401 || status === 403)
    return new ModelFault(`The model’s endpoint refuses the key (status ${status}).`);
  if (status === 404)
    return new ModelFault('The model’s endpoint does not know the model, or its address is wrong (status 404).');
  if (status === 429) {
    if (code === 'insufficient_quota') return new ModelFault('The account at the model’s endpoint has no credit left.');
    return new ModelFault('The model’s endpoint is asked too often (status 429).', 'same', retryAfterOf(headers));
  }
  if (status >= 500 || status === 408 || status === 409) {
    return new ModelFault(`The model’s endpoint has a fault (status ${status}).`, 'same', retryAfterOf(headers));
  }
  return new ModelFault(`The model’s endpoint does not take the request (status ${status}).`);
}

function connectionFault(error: unknown): ModelFault {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ModelFault) return cause;
    if (isRefused(cause)) return new ModelFault(`The model’s endpoint is not asked: ${cause.message}`);
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
      return new ModelFault('The model’s endpoint has no such host.', 'same');
    if (code === 'ECONNREFUSED') return new ModelFault('Nothing listens at the model’s endpoint.', 'same');
  }
  if (error instanceof SyntaxError) return new ModelFault('The model’s endpoint sent what is no JSON.', 'same');
  return new ModelFault(
    'The connection to the model’s endpoint broke off, or it reported a fault in the middle.',
    'same',
  );
}

function retryAfterOf(headers: Headers | undefined): number | undefined {
  const value = headers?.get('retry-after');
  if (!value) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

const seconds = (ms: number) => `${Math.round(ms / 100) / 10} s`;
