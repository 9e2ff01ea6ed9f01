import type { IncomingMessage } from 'node:http';
import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import { withinRequest } from '../lib/request-scope.ts';
import type { Dispatch } from './dispatch.ts';
import type { SessionHandle } from './exchange.ts';
import { HttpProblem, problemAnswer, toHttpProblem } from './problem.ts';
import { readBody } from './read-body.ts';
import { dropRest, readUpload } from './read-upload.ts';
import { newRequestId } from './request-id.ts';
import type { Route } from './route.ts';
import { writeAnswer } from './write-answer.ts';

export interface ExpressDoorDeps {
  dispatch: Dispatch;
  remoteAddressOf(request: IncomingMessage): string;
  /** express-session and passport; mounted only before routes whose caller is a person with a cookie. */
  sessionMiddleware: RequestHandler[];
  sessionHandleOf(request: Request, response: Response): SessionHandle;
}

/**
 * Serves every route through Express, and answers its paths' other methods with 405. Where several paths fit an address,
 * that of the earliest route counts.
 */
export function mountRoutes(app: Express, routes: Route[], deps: ExpressDoorDeps): void {
  const routesAt = new Map<string, Route[]>();
  for (const route of routes) {
    for (const path of [route.endpoint.path, ...(route.endpoint.alsoAt ?? [])]) {
      routesAt.set(path, [...(routesAt.get(path) ?? []), route]);
    }
  }
  for (const [path, there] of routesAt) {
    for (const route of there) mountRoute(app, path, route, deps);
    const methods = there.map(({ endpoint }) => endpoint.method);
    const allowed = [...new Set([...methods, ...(methods.includes('GET') ? ['HEAD'] : [])])].sort().join(', ');
    app.all(path, () => {
      throw new HttpProblem('method-not-allowed', `Use one of: ${allowed}.`, { headers: { Allow: allowed } });
    });
  }
}

function mountRoute(app: Express, path: string, route: Route, deps: ExpressDoorDeps): void {
  const usesSession = needsSession(route);
  const { upload } = route.endpoint;
  const method = route.endpoint.method.toLowerCase() as 'get' | 'post' | 'patch' | 'put' | 'delete';
  app[method](path, ...(usesSession ? deps.sessionMiddleware : []), async (request: Request, response: Response) => {
    const requestId = requestIdOf(response);
    const exchange = {
      requestId,
      method: request.method,
      path: request.path,
      params: request.params as Record<string, string>,
      query: request.url.includes('?') ? request.url.slice(request.url.indexOf('?') + 1) : '',
      headers: request.headers,
      body: upload ? noBody : await readBody(request),
      upload: upload && readUpload(request, upload.bytesMax),
      remoteAddress: deps.remoteAddressOf(request),
      session: usesSession ? deps.sessionHandleOf(request, response) : undefined,
    };
    writeAnswer(response, await deps.dispatch(route, exchange), requestId);
    if (upload) dropRest(request, upload.bytesMax);
  });
}

const noBody = Buffer.alloc(0);

/** Sign-in endpoints are public, yet set the cookie. */
function needsSession(route: Route): boolean {
  const { access, path } = route.endpoint;
  return access.kind === 'session' || access.kind === 'member' || path.startsWith('/api/auth/');
}

/** Gives every request its id before anything can fail. */
export const assignRequestId: RequestHandler = (_request, response, next) => {
  const requestId = newRequestId();
  response.locals.requestId = requestId;
  withinRequest(requestId, next);
};

function requestIdOf(response: Response): string {
  return response.locals.requestId as string;
}

/** Nothing is mounted at this address. */
export const answerUnknownRoute: RequestHandler = () => {
  throw new HttpProblem('not-found', 'There is nothing at this address. See /docs for what there is.');
};

/** The last handler: whatever was thrown becomes a problem document. */
export function createErrorHandler(onFailure: (error: unknown, requestId: string) => void) {
  return (error: unknown, _request: Request, response: Response, next: NextFunction): void => {
    if (response.headersSent) {
      next(error);
      return;
    }
    const problem = toHttpProblem(isBadAddress(error) ? badAddress : error);
    if (problem.code === 'internal-error' || problem.code === 'unavailable') onFailure(error, requestIdOf(response));
    const requestId = requestIdOf(response);
    writeAnswer(response, problemAnswer(problem, requestId), requestId);
  };
}

const badAddress = new HttpProblem('invalid-encoding', 'The address is not valid percent-encoded UTF-8.');

/** Express throws a URIError with status 400 for an address it cannot decode. */
function isBadAddress(error: unknown): boolean {
  return error instanceof URIError;
}
