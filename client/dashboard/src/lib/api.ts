import type { AnswerOf, CallOf, Endpoint } from '../../../../shared/contracts/endpoint.ts';
import type { Problem } from '../../../../shared/problems.ts';
import { NoAnswerError, ProblemError } from './problem.ts';
import { buildUrl } from './url.ts';

type Part<Name extends string, Value> = undefined extends Value
  ? { [K in Name]?: Exclude<Value, undefined> }
  : { [K in Name]: Value };

/** What a call of an endpoint needs: the parts its contract has, the others left out. */
export type CallInput<E extends Endpoint> = Part<'params', CallOf<E>['params']> &
  Part<'query', CallOf<E>['query']> &
  Part<'body', CallOf<E>['body']>;

const usualTimeoutMs = 30_000;

/**
 * Calls an endpoint with the session cookie and answers its view; the answer is trusted to be as the contract says.
 *
 * Throws {@link ProblemError} for an error answer, {@link NoAnswerError} when there is no answer within 30 s or the given
 * time, and the signal's reason when the caller gave up.
 */
export async function call<E extends Endpoint>(
  endpoint: E,
  input: CallInput<E>,
  options: { signal?: AbortSignal; timeoutMs?: number } = {},
): Promise<AnswerOf<E>> {
  const parts = input as { params?: object; query?: object; body?: unknown };
  const url = buildUrl(endpoint.path, { ...parts.params }, { ...parts.query });
  const timeout = AbortSignal.timeout(options.timeoutMs ?? usualTimeoutMs);
  let response: Response;
  let text: string;
  try {
    response = await fetch(url, {
      method: endpoint.method,
      credentials: 'same-origin',
      headers: {
        accept: 'application/json',
        ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
      signal: options.signal ? AbortSignal.any([options.signal, timeout]) : timeout,
    });
    text = await response.text();
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw new NoAnswerError(error);
  }
  if (!response.ok) throw problemFrom(response.status, (name) => response.headers.get(name), text);
  return (text === '' ? undefined : JSON.parse(text)) as AnswerOf<E>;
}

/** The error of an answer. Proxies in between answer errors that are no problem documents; they become one. */
export function problemFrom(status: number, header: (name: string) => string | null, text: string): ProblemError {
  const retryAfter = Number(header('retry-after') ?? Number.NaN);
  const seconds = Number.isFinite(retryAfter) ? retryAfter : null;
  try {
    const problem = JSON.parse(text) as Problem;
    if (typeof problem.status === 'number' && typeof problem.type === 'string') {
      return new ProblemError(problem, seconds);
    }
  } catch {
    // Not JSON: described below.
  }
  return new ProblemError(
    {
      type: 'about:blank',
      title: '',
      status,
      detail: `The server answered with an error (${status}). Try again in a moment.`,
      requestId: header('x-request-id') ?? '',
    },
    seconds,
  );
}
