import { setTimeout as wait } from 'node:timers/promises';
import { type Fetch, isRefused } from '../guarded-request.ts';
import { buildRequest, readReply, type WebhookQuestion, type WebhookReply } from './webhook-protocol.ts';

export interface WorkflowTimes {
  /** For the call with all its repetitions. */
  deadlineMs: number;
  /** Before the first repetition; twice as long before the second. */
  retryMs: number;
}

export const workflowTimes: WorkflowTimes = { deadlineMs: 30_000, retryMs: 500 };

const triesMax = 3;
const retryAfterMaxMs = 10_000;

export interface WorkflowCall {
  url: string;
  question: Omit<WebhookQuestion, 'now'>;
  fetch: Fetch;
  times: WorkflowTimes;
  now(): Date;
}

export interface WorkflowResult {
  reply: WebhookReply;
  /** Null when no answer came. */
  httpStatus: number | null;
}

/**
 * Calls a workflow, and again only while it has certainly not begun: when no connection came about, and after 429 and 503.
 * Never rejects, save with the signal's reason once that has fired.
 */
export async function callWorkflow(
  { url, question, fetch, times, now }: WorkflowCall,
  onText: (piece: string) => void,
  signal: AbortSignal,
): Promise<WorkflowResult> {
  signal.throwIfAborted();
  const deadline = AbortSignal.timeout(times.deadlineMs);
  const stop = AbortSignal.any([signal, deadline]);
  const overdue = failed(`The workflow did not answer within ${Math.round(times.deadlineMs / 100) / 10} s.`);
  let result: WorkflowResult = { reply: overdue, httpStatus: null };
  for (let tries = 1; tries <= triesMax; tries += 1) {
    const outcome = await callOnce();
    result = outcome.result;
    if (outcome.retryMs === undefined || outcome.retryMs > retryAfterMaxMs || tries === triesMax) break;
    await wait(Math.max(outcome.retryMs, times.retryMs * 2 ** (tries - 1)), undefined, { signal: stop }).catch(
      () => {},
    );
    if (stop.aborted) break;
  }
  signal.throwIfAborted();
  return result;

  /** `retryMs` is there when the workflow has not begun. */
  async function callOnce(): Promise<{ result: WorkflowResult; retryMs?: number | undefined }> {
    const { headers, body } = buildRequest({ ...question, now: now() });
    let response: Response;
    try {
      response = await fetch(url, { method: 'POST', headers, body, redirect: 'manual', signal: stop });
    } catch (error) {
      if (stop.aborted) return { result: { reply: overdue, httpStatus: null } };
      const { reason, begun } = whyUnreached(error);
      return { result: { reply: failed(reason), httpStatus: null }, ...(!begun && { retryMs: 0 }) };
    }
    const { ok, status, headers: answered } = response;
    const isRedirect = status >= 300 && status < 400;
    const parts = (response.body ?? emptyBody()) as AsyncIterable<Uint8Array>;
    const reply = isRedirect
      ? failed(`The workflow’s address leads elsewhere (status ${status}): enter the address it leads to.`)
      : await readReply({ ok, status, headers: answered, body: parts }, { onText });
    if (isRedirect) await response.body?.cancel().catch(() => undefined);
    const result = { reply: stop.aborted && reply.kind === 'failed' ? overdue : reply, httpStatus: status };
    return status === 429 || status === 503 ? { result, retryMs: retryAfterOf(answered) } : { result };
  }
}

const failed = (reason: string): WebhookReply => ({ kind: 'failed', reason });

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

/** Codes of connections that never came about: the workflow cannot have begun. */
const neverConnected = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

function whyUnreached(error: unknown): { reason: string; begun: boolean } {
  for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) {
    if (isRefused(cause)) return { reason: `The workflow is not called: ${cause.message}`, begun: true };
    const { code } = cause as NodeJS.ErrnoException;
    if (code && neverConnected.has(code)) {
      const isName = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
      return {
        reason: isName ? 'The workflow’s host was not found.' : 'The workflow’s host cannot be reached.',
        begun: false,
      };
    }
  }
  return { reason: 'The connection to the workflow broke off.', begun: true };
}

function retryAfterOf(headers: Headers): number {
  const value = headers.get('retry-after');
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : 0;
}
