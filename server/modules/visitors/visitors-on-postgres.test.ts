import { afterAll, beforeAll, expect, test } from 'vitest';
import { databaseHarness } from '../../storage/conformance/database-harness.ts';
import type { StorageHarness } from '../../storage/conformance/harness.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { wakeSnoozed } from '../conversations/wake-snoozed.ts';
import { visitorRoutes } from './visitors.routes.ts';

let harness: StorageHarness;
let world: RouteWorld;
let acme: Tenant;

beforeAll(async () => {
  harness = await databaseHarness()();
  world = await createRouteWorld(harness);
  acme = await world.addTenant();
});
afterAll(() => harness.close());

const eventNames = () => world.events.map(({ name }) => name);
const asVisitor = (name: string, as: { token: string }, sent: object) =>
  world.call(visitorRoutes(world.deps, world.widgetDirectory), name, { as, ...sent });
const start = (as: { token: string }) =>
  asVisitor('startVisitorConversation', as, {
    body: { clientConversationId: 'c1', message: { content: 'Hello', clientMessageId: 'm1' } },
  });

test('many starts with the same ids at once make one conversation with one message', async () => {
  const visitor = world.newVisitor(acme);
  world.events.length = 0;
  const answers = await Promise.all(Array.from({ length: 12 }, () => start(visitor)));
  for (const { status, body } of answers) {
    expect([status, body]).toEqual([201, answers[0]!.body]);
  }
  expect(answers[0]!.body.conversation).toMatchObject({ lastSequence: 1, status: 'waiting' });
  expect(eventNames()).toEqual(['conversation.created', 'message.created']);
});

test('messages sent at once, and again, are stored once each and told once each', async () => {
  const visitor = world.newVisitor(acme);
  const params = { conversationId: (await start(visitor)).body.conversation.id };
  world.events.length = 0;
  const ids = Array.from({ length: 20 }, (_, n) => `n${n}`);
  const answers = await Promise.all(
    [...ids, ...ids].map((clientMessageId) =>
      asVisitor('postVisitorMessage', visitor, { params, body: { content: clientMessageId, clientMessageId } }),
    ),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  const sequences = new Set(answers.map(({ body }) => body.sequence));
  expect([...sequences].sort((a, b) => a - b)).toEqual(ids.map((_, n) => n + 2));
  expect(eventNames()).toEqual(ids.map(() => 'message.created'));
});

test('an agent’s change and its audit row are stored together, and a snoozed thread wakes up', async () => {
  const visitor = world.newVisitor(acme);
  const conversationId = (await start(visitor)).body.conversation.id;
  const params = { clientId: acme.storage.clientId, conversationId };
  const change = (body: unknown) =>
    world.call(conversationsRoutes(world.deps), 'updateConversation', { as: { user: acme.agent }, params, body });
  const until = new Date(world.env.now().getTime() + 1000).toISOString();
  const wish = { assigneeId: acme.agent.id, tags: ['a'], status: 'snoozed', snoozedUntil: until };
  expect(await change(wish)).toMatchObject({ status: 200, body: wish });
  expect((await change({ assigneeId: world.env.newId() })).status).toBe(400);
  const { items } = await acme.storage.audit.list({ limit: 10 });
  expect(items).toMatchObject([{ action: 'conversation.snoozed', targetId: conversationId }]);

  world.env.advance(1000);
  const woken = await Promise.all([wakeSnoozed(world.deps), wakeSnoozed(world.deps)]);
  expect(woken[0] + woken[1]).toBeGreaterThanOrEqual(1);
  expect(await acme.storage.conversations.find(conversationId)).toMatchObject({ status: 'open', snoozedUntil: null });
  expect(await wakeSnoozed(world.deps)).toBe(0);
});
