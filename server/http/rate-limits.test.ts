import { beforeEach, expect, test } from 'vitest';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../testing/route-world.ts';
import type { ExchangeRequest } from './exchange.ts';
import { HttpProblem } from './problem.ts';
import { createRateLimits, type RateLimits, rateRules } from './rate-limits.ts';

let world: RouteWorld;
let tenant: Tenant;
let limits: RateLimits;
let limited: string[];
beforeEach(async () => {
  world = await createRouteWorld();
  tenant = await world.addTenant();
  limited = [];
  limits = createRateLimits(world.deps, (rule) => limited.push(rule));
});

type Identity = Parameters<RateLimits['check']>[2];

/** How many seconds must be waited before one more call; 0: it was let through. */
function call(
  identity: Identity,
  { method = 'POST', path = '/x', address = '203.0.113.5', uploads = false } = {},
): number {
  const endpoint = { method, path, ...(uploads && { upload: { bytesMax: 1 } }) } as Endpoint;
  try {
    limits.check(endpoint, { remoteAddress: address } as ExchangeRequest, identity);
    return 0;
  } catch (error) {
    if (!(error instanceof HttpProblem) || error.code !== 'too-many-requests') throw error;
    return Number(error.headers['Retry-After']);
  }
}

function visitor(visitorId: string, of = tenant): Identity {
  const { storage, widget } = of;
  const known = { visitorId, profile: undefined, tokenIssuedAt: new Date(0) };
  return { kind: 'visitor', ...known, widget, clientId: storage.clientId, storage };
}

const stranger: Identity = { kind: 'public' };
const exhaust = (times: number, once: () => number) => {
  for (let n = 0; n < times; n++) expect(once()).toBe(0);
};

test('a visitor who sends too much is told when to go on, and nobody beside them in the office is held up', () => {
  exhaust(rateRules.visitorWrites.max, () => call(visitor('a')));
  expect(call(visitor('a'))).toBeGreaterThan(0);
  expect(call(visitor('b'))).toBe(0);
  expect(call(visitor('a'), { method: 'GET' })).toBe(0);
});

test('inventing visitors does not get around the limit of a widget behind one address', async () => {
  let n = 0;
  exhaust(rateRules.widgetWrites.max, () => call(visitor(`made up ${n++}`)));
  expect(call(visitor('one more'))).toBeGreaterThan(0);
  expect(call(visitor('one more'), { address: '198.51.100.1' })).toBe(0);
  expect(call(visitor('one more', await world.addTenant('Other')))).toBe(0);
});

test('files of visitors are counted by the hour, by visitor and by address, so that nobody fills the disk', () => {
  const minuteMs = 60_000;
  const send = (who: string, address?: string) => call(visitor(who), { uploads: true, ...(address && { address }) });
  exhaust(rateRules.visitorUploads.max, () => send('a'));
  world.env.advance(minuteMs);
  expect(send('a')).toBeGreaterThan(60);
  expect(call(visitor('a'))).toBe(0);
  let n = 0;
  exhaust(rateRules.widgetUploads.max - rateRules.visitorUploads.max, () => send(`made up ${n++}`));
  expect(send('one more')).toBeGreaterThan(60);
  expect(send('one more', '198.51.100.1')).toBe(0);
  world.env.advance(2 * rateRules.visitorUploads.windowSeconds * 1000);
  expect(send('a')).toBe(0);
});

test('API keys and users are counted wherever they call from', () => {
  const { storage, apiKey, owner } = tenant;
  const key: Identity = { kind: 'apiKey', apiKey, clientId: storage.clientId, storage };
  exhaust(rateRules.apiKey.max, () => call(key));
  expect(call(key, { address: '198.51.100.1' })).toBeGreaterThan(0);
  const user: Identity = { kind: 'session', user: owner };
  exhaust(rateRules.user.max, () => call(user));
  expect(call(user, { address: '198.51.100.1' })).toBeGreaterThan(0);
});

test('strangers are counted by network, those who try to sign in more strictly', () => {
  const auth = { path: '/api/auth/login', address: '2001:db8::1' };
  exhaust(rateRules.identifying.max, () => call(stranger, auth));
  expect(call(stranger, { ...auth, address: '2001:db8::2' })).toBeGreaterThan(0);
  expect(call(stranger, { ...auth, address: '2001:db8:1::1' })).toBe(0);
  expect(call(stranger, { ...auth, path: '/api/widget/x/visitor' })).toBe(0);
});

test('an address that says nothing, because a proxy on this machine is in front, is not counted', () => {
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1', '']) {
    exhaust(rateRules.identifying.max + 1, () => call(stranger, { path: '/api/auth/login', address }));
  }
});

test('owners find one entry an hour in their audit log, and the operator a count of each refusal', async () => {
  exhaust(rateRules.visitorWrites.max, () => call(visitor('a')));
  for (let n = 0; n < 3; n++) call(visitor('a'));
  expect(limited).toEqual(['visitorWrites', 'visitorWrites', 'visitorWrites']);
  const entries = async () => (await tenant.storage.audit.list({ limit: 10 })).items;
  await expect.poll(entries).toHaveLength(1);
  expect(await entries()).toMatchObject([
    {
      actorKind: 'system',
      action: 'widget.limitReached',
      targetId: tenant.widget.id,
      details: { limit: 'visitorWrites', name: tenant.widget.name, perMinute: rateRules.visitorWrites.max },
    },
  ]);
});
