import { expect, test } from 'vitest';
import { listConversations } from '../../shared/contracts/conversations.ts';
import type { ExchangeRequest } from './exchange.ts';
import { parseJsonBody, parseQueryAndBody } from './input.ts';
import { HttpProblem } from './problem.ts';

/** What is thrown: the code of the problem, with what it says of which parameter. */
function refusalOf(parse: () => unknown): unknown[] {
  try {
    parse();
    return [];
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return [error.code, ...(error.faults ?? []).map(({ parameter }) => parameter)];
  }
}

const withQuery = (query: string) => ({ query, body: Buffer.alloc(0), headers: {} }) as unknown as ExchangeRequest;
const withBody = (body: Buffer, type = 'application/json') => ({ body, headers: { 'content-type': type } });

test('a parameter that is given twice is refused, so that nobody counts on one of them', () => {
  const refused = (query: string) => refusalOf(() => parseQueryAndBody(listConversations, withQuery(query)));
  expect(refused('limit=1')).toEqual([]);
  expect(refused('limit=1&limit=2')).toEqual(['validation-failed', 'limit']);
  expect(refused('limit=1&limit=1')).toEqual(['validation-failed', 'limit']);
});

test('a body is read as UTF-8 and as JSON, or refused', () => {
  const refused = (body: Buffer, type?: string) => refusalOf(() => parseJsonBody(withBody(body, type)));
  expect(refused(Buffer.from('{"a":"ü"}'))).toEqual([]);
  expect(refused(Buffer.from([0x22, 0xff, 0xfe, 0x22]))).toEqual(['invalid-encoding']);
  expect(refused(Buffer.from('{"a":'))).toEqual(['invalid-json']);
  expect(refused(Buffer.from('{}'), 'text/plain')).toEqual(['unsupported-media-type']);
});
