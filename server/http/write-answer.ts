import type { ServerResponse } from 'node:http';
import { pipeline, type Readable } from 'node:stream';
import type { ExchangeAnswer } from './exchange.ts';

/** Headers of every API answer: data, never a page, never kept by caches. */
const apiHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** Sends an answer; used by both doors, so that they cannot differ. */
export function writeAnswer(response: ServerResponse, answer: ExchangeAnswer, requestId: string): void {
  if (response.headersSent || response.destroyed) {
    letGo(answer.body);
    return;
  }
  const status = isKnown(answer, response.req.headers['if-none-match']) ? 304 : answer.status;
  const body = status === 304 ? undefined : answer.body;
  const length = body === undefined || status === 204 || isStream(body) ? undefined : Buffer.byteLength(body);
  const { 'Content-Length': announced, ...headers } = answer.headers;
  response.writeHead(status, {
    ...apiHeaders,
    'X-Request-Id': requestId,
    ...headers,
    ...(length !== undefined && { 'Content-Length': length }),
    ...(isStream(body) && announced !== undefined && { 'Content-Length': announced }),
  });
  if (body === undefined || response.req.method === 'HEAD') {
    letGo(answer.body);
    response.end();
  } else if (isStream(body)) {
    // A file that cannot be read to its end ends the connection, so that nobody takes what came for all of it.
    pipeline(body, response, () => {});
  } else {
    response.end(body);
  }
}

function isStream(body: ExchangeAnswer['body']): body is Readable {
  return typeof body === 'object' && 'pipe' in body;
}

/** Nobody will read it. */
function letGo(body: ExchangeAnswer['body']): void {
  if (isStream(body)) body.destroy();
}

/** Whether the asker has these very bytes already, by the tag they came with. */
function isKnown(answer: ExchangeAnswer, knownTag: string | undefined): boolean {
  return knownTag !== undefined && answer.status === 200 && knownTag.replace(/^W\//, '') === answer.headers.ETag;
}
