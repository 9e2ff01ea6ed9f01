import type { ServerResponse } from 'node:http';
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
  if (response.headersSent || response.destroyed) return;
  const status = isKnown(answer, response.req.headers['if-none-match']) ? 304 : answer.status;
  const body = status === 304 ? undefined : answer.body;
  response.writeHead(status, {
    ...apiHeaders,
    'X-Request-Id': requestId,
    ...answer.headers,
    ...(status === 204 || body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) }),
  });
  if (body === undefined || response.req.method === 'HEAD') response.end();
  else response.end(body);
}

/** Whether the asker has these very bytes already, by the tag they came with. */
function isKnown(answer: ExchangeAnswer, knownTag: string | undefined): boolean {
  return knownTag !== undefined && answer.status === 200 && knownTag.replace(/^W\//, '') === answer.headers.ETag;
}
