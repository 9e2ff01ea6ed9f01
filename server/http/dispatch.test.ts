import { pino } from 'pino';
import { expect, test } from 'vitest';
import { logout } from '../../shared/contracts/accounts.ts';
import { createRouteWorld } from '../testing/route-world.ts';
import { createDispatch } from './dispatch.ts';
import type { ExchangeRequest } from './exchange.ts';
import { route } from './route.ts';

test('an error that nobody expected is logged whole and told without a word of it', async () => {
  const { deps } = await createRouteWorld();
  const lines: string[] = [];
  const dispatch = createDispatch({
    storage: deps.storage,
    credentials: { apiKey: async () => undefined, visitorToken: async () => undefined },
    publicOrigin: undefined,
    log: pino({ base: null }, { write: (line) => void lines.push(line) }),
    observe() {},
  });
  const failing = route(logout, () => {
    throw new Error('SELECT secret FROM vault at /srv/confab.ts:7');
  });
  const request = {
    requestId: 'r-1',
    method: 'POST',
    path: '/',
    params: {},
    query: '',
    headers: {},
    body: Buffer.alloc(0),
  };
  const answer = await dispatch(failing, { ...request, remoteAddress: '', session: undefined } as ExchangeRequest);
  expect(answer.status).toBe(500);
  expect(JSON.stringify(answer)).not.toMatch(/SELECT|vault|confab\.ts/);
  expect(JSON.parse(String(answer.body))).toMatchObject({ type: '/problems#internal-error', requestId: 'r-1' });
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { event: 'request.failed', requestId: 'r-1', err: { message: expect.stringContaining('SELECT secret') } },
  ]);
});
