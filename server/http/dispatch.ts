import type { Logger } from 'pino';
import { problems } from '../../shared/problems.ts';
import { withinRequest } from '../lib/request-scope.ts';
import { currentSpan, isTracing, traced } from '../tracing/tracing.ts';
import type { ExchangeAnswer, ExchangeRequest } from './exchange.ts';
import { authorize, type GuardDeps, identify } from './guards.ts';
import { parseParams, parseQueryAndBody } from './input.ts';
import { problemAnswer, toHttpProblem } from './problem.ts';
import type { RateLimits } from './rate-limits.ts';
import { Reply, type Route } from './route.ts';

export interface DispatchDeps extends GuardDeps {
  log: Logger;
  /** Undefined: nobody is held up. */
  limits?: RateLimits | undefined;
  observe(route: string, method: string, status: number, seconds: number): void;
}

export type Dispatch = (route: Route, request: ExchangeRequest) => Promise<ExchangeAnswer>;

const jsonHeaders = { 'Content-Type': 'application/json; charset=utf-8' };

/**
 * The path of every request: guard, contract, handler, answer. Never rejects: whatever goes wrong becomes a problem
 * document, and an unexpected error is logged with the request's id and told without its text.
 */
export function createDispatch(deps: DispatchDeps): Dispatch {
  const answerRequest: Dispatch = async (route, request) => {
    const startedAt = performance.now();
    let answer: ExchangeAnswer;
    try {
      answer = await answerCall(route, request, deps);
    } catch (error) {
      const problem = toHttpProblem(error);
      answer = problemAnswer(problem, request.requestId);
      if (problem.code === 'not-permitted' || problem.code === 'origin-refused') {
        deps.log.warn({
          event: 'request.not-allowed',
          requestId: request.requestId,
          route: route.endpoint.name,
          code: problem.code,
        });
      }
      if (problems[problem.code].status >= 500) {
        deps.log.error({
          event: 'request.failed',
          requestId: request.requestId,
          route: route.endpoint.name,
          err: error,
        });
      }
    }
    deps.observe(route.endpoint.path, request.method, answer.status, (performance.now() - startedAt) / 1000);
    return answer;
  };
  return (route, request) =>
    withinRequest(request.requestId, () =>
      isTracing() ? answerTraced(route, request, answerRequest) : answerRequest(route, request),
    );
}

/** The request as a span: which route, which status, which client; nothing of who asked, or of what was said. */
function answerTraced(route: Route, request: ExchangeRequest, answerRequest: Dispatch): Promise<ExchangeAnswer> {
  const { method, requestId, headers } = request;
  const { path } = route.endpoint;
  const { traceparent } = headers;
  const start = {
    name: `${method} ${path}`,
    kind: 'server' as const,
    attributes: { 'http.request.method': method, 'http.route': path, 'confab.request_id': requestId },
    traceparent: typeof traceparent === 'string' ? traceparent : undefined,
  };
  return traced(start, async (span) => {
    const answer = await answerRequest(route, request);
    span.set({ 'http.response.status_code': answer.status });
    if (answer.status >= 500) span.fail(String(answer.status));
    return answer;
  });
}

async function answerCall(route: Route, request: ExchangeRequest, deps: DispatchDeps): Promise<ExchangeAnswer> {
  const { endpoint } = route;
  const identity = await identify(endpoint.access, request, deps);
  deps.limits?.check(endpoint, request, identity);
  const params = parseParams(endpoint, request);
  const clientId = (params as { clientId?: string } | undefined)?.clientId;
  const caller = await authorize(endpoint.access, identity, clientId, deps);
  if ('storage' in caller) currentSpan()?.set({ 'confab.client_id': caller.storage.clientId });
  const input = parseQueryAndBody(endpoint, request);

  const result = await route.handle({ caller, params, ...input, upload: request.upload, request });

  const reply = result instanceof Reply ? result : new Reply({ view: result });
  if (reply.bytes) return { status: endpoint.status, headers: { ...jsonHeaders, ...reply.headers }, body: reply.bytes };
  if (endpoint.status === 204) return { status: 204, headers: reply.headers, body: undefined };
  return { status: endpoint.status, headers: { ...jsonHeaders, ...reply.headers }, body: JSON.stringify(reply.view) };
}
