import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { refuseUnreadable } from './refuse-unreadable.ts';

test('headers beyond measure are refused with a body, and without one where HEAD asks for none', async () => {
  const server = createServer();
  refuseUnreadable(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const ask = async (method: string) => {
    const sent = request({ host: '127.0.0.1', port, method, headers: { 'x-long': 'x'.repeat(20_000) }, agent: false });
    sent.end();
    const [answer] = await once(sent, 'response');
    return { status: answer.statusCode, length: (await buffer(answer)).length };
  };
  expect(await ask('GET')).toEqual({ status: 431, length: expect.any(Number) });
  expect((await ask('GET')).length).toBeGreaterThan(0);
  expect(await ask('HEAD')).toEqual({ status: 431, length: 0 });
  server.close();
});
