import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { demandHttps } from './default-headers.ts';

test('every answer of a server with an https address has browsers come back by HTTPS for a year, and no other', () => {
  const headers: string[][] = [];
  const response = { setHeader: (...header: string[]) => headers.push(header) } as unknown as ServerResponse;
  demandHttps(response, 'https://chat.example.com');
  demandHttps(response, 'http://chat.example.com');
  demandHttps(response, undefined);
  expect(headers).toEqual([['Strict-Transport-Security', 'max-age=31536000']]);
});
