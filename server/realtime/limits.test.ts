import { afterEach, expect, test } from 'vitest';
import type { Endpoint } from '../../shared/contracts/endpoint.ts';
import { HttpProblem } from '../http/problem.ts';
import { createRateLimits, type RateLimits, rateRules } from '../http/rate-limits.ts';
import { databaseHarness } from '../storage/conformance/database-harness.ts';
import { type AnySocket, ask, problem, RealtimeWorld } from '../testing/realtime-world.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../testing/route-world.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A server process: the live side with the limits that its HTTP side has. */
async function startProcess(routes: RouteWorld, [acme, other]: [Tenant, Tenant]) {
  const limits = createRateLimits(routes.deps, () => {});
  const world = new RealtimeWorld(routes, acme, other);
  await world.start(undefined, limits);
  opened.push(() => world.stop(), limits.stop);
  return { world, limits };
}

async function startOne() {
  const routes = await createRouteWorld();
  return startProcess(routes, [await routes.addTenant('Acme'), await routes.addTenant('Other')]);
}

let sent = 0;
const send = (socket: AnySocket, conversationId: string) =>
  ask(socket, 'message:send', { conversationId, content: 'Hi', clientMessageId: `m${++sent}` });

function visitorOf({ widget, storage }: Pick<Tenant, 'widget' | 'storage'>, visitorId: string) {
  const { clientId } = storage;
  return {
    kind: 'visitor' as const,
    visitorId,
    profile: undefined,
    tokenIssuedAt: new Date(0),
    widget,
    clientId,
    storage,
  };
}

/** A message of the visitor over HTTP; how many seconds they must wait, 0 when it was taken. */
function post(limits: RateLimits, tenant: Tenant, visitorId: string): number {
  try {
    const endpoint = { method: 'POST', path: '/x' } as Endpoint;
    limits.check(endpoint, { remoteAddress: '127.0.0.1' }, visitorOf(tenant, visitorId));
    return 0;
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return Number(error.headers['Retry-After']);
  }
}

test('a visitor has one budget for both doors, and is told over the socket when to go on', async () => {
  const { world, limits } = await startOne();
  const { visitor, id } = await world.addThread(world.acme);
  const socket = await world.asVisitor(visitor);
  for (let n = 0; n < 60; n++) expect(post(limits, world.acme, visitor.visitorId)).toBe(0);
  for (let n = 60; n < rateRules.visitorWrites.max; n++) expect(await send(socket, id)).toMatchObject({ ok: true });
  const refused = await send(socket, id);
  expect(refused).toEqual({ ...refused, ok: false, problem: expect.objectContaining({ status: 429 }) });
  const { retryAfter } = refused as unknown as { retryAfter: number };
  expect(retryAfter).toBe(post(limits, world.acme, visitor.visitorId));
  expect((await world.acme.storage.conversations.find(id))?.messageCount).toBe(rateRules.visitorWrites.max - 60);

  world.routes.env.advance(retryAfter * 1_000);
  expect(post(limits, world.acme, visitor.visitorId)).toBe(0);
  expect((await world.acme.storage.audit.list({ limit: 5 })).items).toMatchObject([{ action: 'widget.limitReached' }]);
});

test('another visitor, a member and a program are not held up by it', async () => {
  const { world, limits } = await startOne();
  const { visitor, id } = await world.addThread(world.acme);
  for (let n = 0; n < rateRules.visitorWrites.max; n++) post(limits, world.acme, visitor.visitorId);
  const neighbour = await world.addThread(world.acme);
  expect(await send(await world.asVisitor(neighbour.visitor), neighbour.id)).toMatchObject({ ok: true });
  expect(await send(await world.asMember(world.acme.agent), id)).toMatchObject({ ok: true });
  expect(await send(await world.asProgram(world.acme), id)).toMatchObject({ ok: true });
  expect(await send(await world.asVisitor(visitor), id)).toEqual(problem(429));
});

test('inventing visitors over sockets does not get around the limit of a widget behind one address', async () => {
  const { world, limits } = await startOne();
  const { acme } = world;
  const checked = (visitorId: string, address: string) => limits.checkMessage(address, visitorOf(acme, visitorId));
  for (let n = 0; n < rateRules.widgetWrites.max; n++) checked(`made up ${n}`, '203.0.113.5');
  expect(() => checked('one more', '203.0.113.5')).toThrow(HttpProblem);
  checked('one more', '198.51.100.1');
});

test('what a visitor posts to one process counts for the socket they have at another', async () => {
  const { storage, env, close } = await databaseHarness()();
  opened.push(close);
  const routes = [await createRouteWorld({ storage, env }), await createRouteWorld({ storage, env })] as const;
  const tenants: [Tenant, Tenant] = [await routes[0].addTenant('Acme'), await routes[0].addTenant('Other')];
  const [here, there] = [await startProcess(routes[0], tenants), await startProcess(routes[1], tenants)];
  const { visitor, id } = await here.world.addThread(tenants[0]);
  const socket = await there.world.asVisitor(visitor);
  for (let n = 0; n < 80; n++) expect(post(here.limits, tenants[0], visitor.visitorId)).toBe(0);
  for (let n = 0; n < 35; n++) expect(await send(socket, id)).toMatchObject({ ok: true });
  // Processes tell each other once a second.
  await expect.poll(() => send(socket, id), { timeout: 10_000, interval: 100 }).toEqual(problem(429));
  expect((await storage.forClient(tenants[0].storage.clientId).conversations.find(id))!.messageCount).toBeLessThan(100);
});
