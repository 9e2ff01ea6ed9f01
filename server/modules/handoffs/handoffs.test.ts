import { beforeEach, expect, test } from 'vitest';
import { addConversation, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { wakeSnoozed } from '../conversations/wake-snoozed.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { handoffsRoutes } from './handoffs.routes.ts';
import { requestHandoff } from './request-handoff.ts';

let world: RouteWorld;
let acme: Tenant;
let visitor: { visitorId: string; token: string };
let conversationId: string;
let asVisitor: (name: string, sent?: Sent) => Promise<Answered>;
let asAgent: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  visitor = world.newVisitor(acme);
  await acme.storage.visitors.see({ id: visitor.visitorId, widgetId: acme.widget.id });
  conversationId = (await addConversation(acme.storage, { visitorId: visitor.visitorId })).id;
  const { deps } = world;
  asVisitor = (name, sent) =>
    world.call(visitorRoutes(deps, world.widgetDirectory), name, { as: visitor, params: { conversationId }, ...sent });
  asAgent = (name, sent) =>
    world.call([...conversationsRoutes(deps), ...handoffsRoutes(deps)], name, {
      as: { user: acme.agent },
      params: { clientId: acme.storage.clientId, conversationId },
      ...sent,
    });
});

const updates = () => world.events.filter(({ name }) => name === 'conversation.updated').length;
const callForPerson = (reason?: string) => asVisitor('requestVisitorHandoff', { body: reason ? { reason } : {} });
const history = async () => (await acme.storage.handoffs.list(conversationId, { limit: 10 })).items;

test('a visitor calls for a person: the conversation waits, both sides see it, and no message is made', async () => {
  const requestedAt = world.env.now().toISOString();
  const { status, body } = await callForPerson('It is urgent');
  expect(status).toBe(200);
  expect(body).toMatchObject({ id: conversationId, status: 'waiting', lastSequence: 0, handoff: { requestedAt } });
  expect(body.handoff).toEqual({ requestedAt });
  expect((await asVisitor('listVisitorConversations', { params: {} })).body.items[0].handoff).toEqual({ requestedAt });
  expect((await asAgent('getConversation')).body).toMatchObject({
    status: 'waiting',
    messageCount: 0,
    handoff: { requestedBy: 'visitor', reason: 'It is urgent', requestedAt },
  });
  expect(updates()).toBe(1);
});

test('calling again while nobody has come changes nothing and tells nobody', async () => {
  const first = await callForPerson();
  world.env.advance(1000);
  expect((await callForPerson('again')).body).toEqual(first.body);
  expect(updates()).toBe(1);
  expect(await history()).toHaveLength(1);
});

test('somebody else’s conversation is not found', async () => {
  const stranger = world.newVisitor(acme);
  const as = stranger;
  expect((await asVisitor('requestVisitorHandoff', { as, body: {} })).status).toBe(404);
  const params = { conversationId: strangeId() };
  expect((await asVisitor('requestVisitorHandoff', { params, body: {} })).status).toBe(404);
  expect(await history()).toEqual([]);
});

test('an agent’s first answer ends it, the assistant’s words do not', async () => {
  await callForPerson();
  await acme.storage.messages.append({ conversationId, role: 'assistant', content: 'Somebody will come.' });
  expect((await asAgent('getConversation')).body).toMatchObject({ status: 'waiting' });
  await asAgent('postAgentMessage', { body: { content: 'Here I am' } });
  expect((await asAgent('getConversation')).body).toMatchObject({ status: 'open', handoff: null });
  expect(await history()).toMatchObject([{ resolution: 'answered', resolvedAt: world.env.now() }]);
});

test.each([
  ['assigned', () => ({ assigneeId: acme.agent.id }), { status: 'waiting' }],
  ['assigned', () => ({ status: 'open' }), { status: 'open' }],
  ['closed', () => ({ status: 'closed' }), { status: 'closed' }],
  ['closed', () => ({ status: 'closed', assigneeId: acme.agent.id }), { status: 'closed' }],
] as const)('it ends as %s when an agent sees to it', async (resolution, wish, after) => {
  await callForPerson();
  const { body } = await asAgent('updateConversation', { body: wish() });
  expect(body).toMatchObject({ ...after, handoff: null });
  expect(await acme.storage.conversations.find(conversationId)).toMatchObject({ ...after, handoff: null });
  expect(await history()).toMatchObject([{ resolution }]);
  const { event } = world.events.at(-1)!;
  expect(event).toMatchObject({ conversation: { handoff: null } });
});

test('snoozing, tagging and taking an assignee away leave it open, and a snoozed one waits again when it wakes', async () => {
  await acme.storage.conversations.update(conversationId, { assigneeId: acme.agent.id });
  await callForPerson();
  const snoozedUntil = new Date(world.env.now().getTime() + 1000).toISOString();
  await asAgent('updateConversation', { body: { assigneeId: null, tags: ['a'] } });
  const { body } = await asAgent('updateConversation', { body: { status: 'snoozed', snoozedUntil } });
  expect(body).toMatchObject({ status: 'snoozed', handoff: { requestedBy: 'visitor' } });
  world.env.advance(1000);
  expect(await wakeSnoozed(world.deps)).toBe(1);
  expect((await asAgent('getConversation')).body).toMatchObject({ status: 'waiting', snoozedUntil: null });
});

test('an agent calls for a colleague with a reason, kept in the audit log; a repeated call leaves no trace', async () => {
  const { status, body } = await asAgent('requestHandoff', { body: { reason: 'Needs billing' } });
  expect([status, body.status]).toEqual([200, 'waiting']);
  expect(body.handoff).toMatchObject({ requestedBy: 'agent', reason: 'Needs billing' });
  await asAgent('requestHandoff', { body: {} });
  const rows = (await acme.storage.audit.list({ limit: 10 })).items;
  expect(rows).toMatchObject([{ action: 'conversation.handoff-requested', details: { reason: 'Needs billing' } }]);
  expect(updates()).toBe(1);
});

test('the assistant calls for a person through the same use case', async () => {
  const { clientId } = acme.storage;
  const conversation = await requestHandoff(world.deps, { clientId, conversationId, requestedBy: 'assistant' });
  expect(conversation).toMatchObject({ status: 'waiting', handoff: { requestedBy: 'assistant', reason: null } });
});
