import { beforeEach, expect, test } from 'vitest';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let visitor: { visitorId: string; token: string };
let conversationId: string;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  visitor = world.newVisitor(acme);
  await acme.storage.visitors.see({ id: visitor.visitorId, widgetId: acme.widget.id });
  conversationId = (await addConversation(acme.storage, { visitorId: visitor.visitorId })).id;
});

const rate = (body: object, as = visitor) =>
  world.call(visitorRoutes(world.deps, world.widgetDirectory), 'rateVisitorConversation', {
    as,
    params: { conversationId },
    body,
  });
const shown = async () =>
  (
    await world.call(conversationsRoutes(world.deps), 'getConversation', {
      as: { user: acme.agent },
      params: { clientId: acme.storage.clientId, conversationId },
    })
  ).body.rating;

test('a rating is shown to agents with the conversation, who are told of it; the latest stands', async () => {
  expect(await shown()).toBeNull();
  const createdAt = world.env.now().toISOString();
  const { status, body } = await rate({ score: 2, comment: ' Slow ' });
  expect([status, body]).toEqual([200, { score: 2, comment: 'Slow', createdAt }]);
  expect(await shown()).toEqual(body);
  expect((await rate({ score: 5, comment: '  ' })).body).toEqual({ score: 5, comment: null, createdAt });
  expect(await shown()).toMatchObject({ score: 5, comment: null });
  expect(world.events.map(({ name }) => name)).toEqual(['conversation.rated', 'conversation.rated']);
});

test('a score is a whole number from 1 to 5', async () => {
  for (const score of [0, 6, 2.5, '3', null, undefined]) expect((await rate({ score })).status).toBe(400);
  expect(await shown()).toBeNull();
});

test('somebody else’s conversation cannot be rated', async () => {
  expect((await rate({ score: 1 }, world.newVisitor(acme))).status).toBe(404);
  expect(await shown()).toBeNull();
});
