import { beforeEach, expect, test } from 'vitest';
import { addConversation, addMember, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { conversationsRoutes } from './conversations.routes.ts';
import { postMessage } from './post-message.ts';

let world: RouteWorld;
let acme: Tenant;
let call: (name: string, sent?: Sent & { conversationId?: string }) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  const routes = conversationsRoutes(world.deps);
  call = (name, { conversationId, ...sent } = {}) => {
    const params = { clientId: acme.storage.clientId, ...(conversationId && { conversationId }) };
    return world.call(routes, name, { as: { user: acme.agent }, params, ...sent });
  };
});

const eventNames = () => world.events.map(({ name }) => name);
const auditRows = async () => (await acme.storage.audit.list({ limit: 100 })).items;

test('an agent’s answer opens the conversation and carries the agent’s name', async () => {
  const { id } = await addConversation(acme.storage);
  await acme.storage.conversations.update(id, { status: 'waiting' });

  const { status, body } = await call('postAgentMessage', { conversationId: id, body: { content: 'Hello' } });

  expect(status).toBe(201);
  expect(body).toMatchObject({ role: 'agent', content: 'Hello', authorId: acme.agent.id, authorName: acme.agent.name });
  const after = await call('getConversation', { conversationId: id });
  expect(after.body).toMatchObject({ status: 'open', messageCount: 1, agentReadSequence: 1, visitor: null });
  expect(eventNames()).toEqual(['message.created']);
});

test('role and author of an answer cannot be chosen in the body', async () => {
  const { id } = await addConversation(acme.storage);
  const body = { content: 'Hi', role: 'assistant', authorId: acme.owner.id, metadata: { authorName: 'Boss' } };
  const answer = await call('postAgentMessage', { conversationId: id, body });
  expect(answer.body).toMatchObject({ role: 'agent', authorId: acme.agent.id, authorName: acme.agent.name });
});

test('a repeated answer returns the first one and tells nobody again', async () => {
  const { id } = await addConversation(acme.storage);
  const first = await call('postAgentMessage', { conversationId: id, body: { content: 'One', clientMessageId: 'm1' } });
  const again = await call('postAgentMessage', { conversationId: id, body: { content: 'Two', clientMessageId: 'm1' } });
  expect(again).toMatchObject({ status: 201, body: first.body });
  expect(eventNames()).toEqual(['message.created']);
});

test.each([
  ['none', 'closed', 'waiting'],
  ['none', 'snoozed', 'waiting'],
  ['llm', 'closed', 'open'],
  ['llm', 'snoozed', 'open'],
  ['llm', 'waiting', 'waiting'],
] as const)('a visitor’s word with engine %s turns %s into %s', async (engine, before, after) => {
  const { storage } = acme;
  const { visitorId } = world.newVisitor(acme);
  await storage.visitors.see({ id: visitorId, widgetId: acme.widget.id });
  const { id } = await addConversation(storage, { visitorId });
  await storage.conversations.update(id, { status: before });
  const sender = { kind: 'visitor', visitorId, engine } as const;
  const { conversation } = await postMessage({ bus: world.bus, storage }, sender, {
    conversationId: id,
    content: 'Hi',
  });
  expect(conversation.status).toBe(after);
});

test('a thread is read in stretches, and an unknown one is not found', async () => {
  const { id } = await addConversation(acme.storage);
  expect((await call('listMessages', { conversationId: id })).body).toEqual({ items: [], hasMore: false });
  for (const content of ['1', '2', '3']) await call('postAgentMessage', { conversationId: id, body: { content } });

  const newest = await call('listMessages', { conversationId: id, query: 'limit=2' });
  expect(newest.body).toMatchObject({ items: [{ content: '2' }, { content: '3' }], hasMore: true });
  const missed = await call('listMessages', { conversationId: id, query: 'after=1&limit=1' });
  expect(missed.body).toMatchObject({ items: [{ sequence: 2 }], hasMore: true });
  expect((await call('listMessages', { conversationId: strangeId() })).status).toBe(404);
});

test('lists and details name the visitor, by the address where there is no name', async () => {
  const { storage, widget } = acme;
  for (const [title, known] of [
    ['a', { name: 'Ann', email: 'ann@b.c' }],
    ['b', { email: 'bob@b.c' }],
    ['c', {}],
  ] as const) {
    world.env.advance(1);
    const { id } = await storage.visitors.see({ id: strangeId(), widgetId: widget.id, ...known });
    await addConversation(storage, { title, visitorId: id });
  }
  const { items } = (await call('listConversations')).body;
  expect(items.map((item: { visitorName: unknown }) => item.visitorName)).toEqual([null, 'bob@b.c', 'Ann']);
  expect((await call('getConversation', { conversationId: items[2].id })).body.visitorName).toBe('Ann');
});

test('the inbox is filtered, paged and in order of the last change', async () => {
  const ids = [];
  for (const title of ['a', 'b', 'c']) {
    world.env.advance(1);
    ids.push((await addConversation(acme.storage, { title })).id);
  }
  await acme.storage.conversations.update(ids[0]!, { assigneeId: acme.agent.id, status: 'closed' });
  const titles = (answer: Answered) => answer.body.items.map((item: { title: string }) => item.title);

  const first = await call('listConversations', { query: 'limit=2&assigneeId=none' });
  expect(titles(first)).toEqual(['c', 'b']);
  expect(titles(await call('listConversations', { query: `assigneeId=${acme.agent.id}&status=closed` }))).toEqual([
    'a',
  ]);
  const page = await call('listConversations', { query: 'limit=1' });
  const next = await call('listConversations', { query: `limit=5&cursor=${page.body.nextCursor}` });
  expect([...titles(page), ...titles(next)].sort()).toEqual(['a', 'b', 'c']);
  expect((await call('listConversations', { query: 'cursor=nonsense' })).body.type).toBe('/problems#invalid-cursor');
});

test('a change is stored with its audit row, and then everybody is told', async () => {
  const { id } = await addConversation(acme.storage, { title: 'Old' });
  const body = { title: 'New', assigneeId: acme.owner.id, tags: ['a', 'b', 'a'] };
  const { status, body: view } = await call('updateConversation', { conversationId: id, body });

  expect(status).toBe(200);
  expect(view).toMatchObject({ title: 'New', assigneeId: acme.owner.id, tags: ['a', 'b'] });
  expect(eventNames()).toEqual(['conversation.updated']);
  const [row] = await auditRows();
  expect(row).toMatchObject({ action: 'conversation.assigned', actorId: acme.agent.id, targetId: id });
  expect(row?.details).toEqual({
    title: { from: 'Old', to: 'New' },
    assigneeId: { from: null, to: acme.owner.id },
    tags: { from: [], to: ['a', 'b'] },
  });
});

test('a wish that changes nothing leaves no trace', async () => {
  const { id, updatedAt } = await addConversation(acme.storage, { title: 'Same' });
  world.env.advance(1000);
  const answer = await call('updateConversation', { conversationId: id, body: { title: 'Same', status: 'open' } });
  expect(answer.body.updatedAt).toBe(updatedAt.toISOString());
  expect(eventNames()).toEqual([]);
  expect(await auditRows()).toEqual([]);
});

test('a conversation is assigned to members only, and nothing of a refused change is kept', async () => {
  const { id } = await addConversation(acme.storage);
  const stranger = (await world.addTenant('Other')).owner;
  const body = { title: 'New', assigneeId: stranger.id };
  const answer = await call('updateConversation', { conversationId: id, body });
  expect(answer.body.errors).toEqual([{ pointer: '#/assigneeId', detail: 'Nobody with this id is a member.' }]);
  expect((await acme.storage.conversations.find(id))?.title).toBeNull();
  expect(await auditRows()).toEqual([]);
});

test('only a snoozed conversation has a time to wake up at, and it lies ahead', async () => {
  const { id } = await addConversation(acme.storage);
  const at = (ms: number) => new Date(world.env.now().getTime() + ms).toISOString();
  const update = (body: unknown) => call('updateConversation', { conversationId: id, body });

  expect((await update({ snoozedUntil: at(1000) })).body.errors).toMatchObject([{ pointer: '#/snoozedUntil' }]);
  expect((await update({ status: 'snoozed', snoozedUntil: at(0) })).status).toBe(400);
  expect((await update({ status: 'snoozed' })).status).toBe(400);
  const snoozed = await update({ status: 'snoozed', snoozedUntil: at(1000) });
  expect(snoozed.body).toMatchObject({ status: 'snoozed', snoozedUntil: at(1000) });
  expect((await update({ snoozedUntil: null })).status).toBe(400);
  expect((await update({ snoozedUntil: at(2000) })).body).toMatchObject({ snoozedUntil: at(2000) });
  expect((await update({ status: 'closed' })).body).toMatchObject({ status: 'closed', snoozedUntil: null });
  expect((await auditRows()).map(({ action }) => action)).toEqual([
    'conversation.closed',
    'conversation.updated',
    'conversation.snoozed',
  ]);
});

test('agents’ read mark goes forward only, never beyond the thread, and is told when it moves', async () => {
  const { id } = await addConversation(acme.storage);
  await acme.storage.messages.append({ conversationId: id, role: 'user', content: 'a' });
  await acme.storage.messages.append({ conversationId: id, role: 'user', content: 'b' });
  const mark = async (sequence: number) => {
    expect((await call('markConversationRead', { conversationId: id, body: { sequence } })).status).toBe(204);
    return (await acme.storage.conversations.find(id))?.agentReadSequence;
  };
  expect([await mark(1), await mark(0), await mark(9), await mark(9)]).toEqual([1, 1, 2, 2]);
  expect(eventNames()).toEqual(['conversation.updated', 'conversation.updated']);
});

test('removing a conversation removes its messages, keeps an audit row, and is for owners and admins', async () => {
  const { id } = await addConversation(acme.storage, { title: 'Gone' });
  await acme.storage.messages.append({ conversationId: id, role: 'user', content: 'a' });
  expect((await call('deleteConversation', { conversationId: id })).status).toBe(403);
  const as = { user: acme.owner };
  expect((await call('deleteConversation', { as, conversationId: id })).status).toBe(204);
  expect((await call('deleteConversation', { as, conversationId: id })).status).toBe(404);
  expect(await acme.storage.messages.list(id, { limit: 10 })).toEqual({ items: [], hasMore: false });
  expect((await auditRows())[0]).toMatchObject({ action: 'conversation.deleted', details: { messageCount: 1 } });
  expect(eventNames()).toEqual(['conversation.removed']);
});

test('another client’s conversation is not found by any route, and stays as it is', async () => {
  const other = await world.addTenant('Other');
  const { id: conversationId } = await addConversation(other.storage, { title: 'Secret' });
  await other.storage.messages.append({ conversationId, role: 'user', content: 'secret' });
  const before = await other.storage.conversations.find(conversationId);
  const body = { title: 'Mine', content: 'x', sequence: 1 };
  const as = { user: acme.owner };
  for (const { endpoint } of conversationsRoutes(world.deps)) {
    if (!endpoint.path.includes(':conversationId')) continue;
    const sent = endpoint.body ? { body } : {};
    const answer = await call(endpoint.name, { as, conversationId, ...sent });
    expect([endpoint.name, answer.status]).toEqual([endpoint.name, 404]);
    // Nor through the front door of the other client.
    const params = { clientId: other.storage.clientId, conversationId };
    const direct = await call(endpoint.name, { as, params, ...sent });
    expect([endpoint.name, direct.status]).toEqual([endpoint.name, 404]);
  }
  expect(await other.storage.conversations.find(conversationId)).toEqual(before);
  expect((await call('listConversations')).body.items).toEqual([]);
});

test('a person who has left is a stranger at once', async () => {
  const leaver = await addMember(world.storage, acme.storage);
  await acme.storage.members.remove(leaver.id);
  expect((await call('listConversations', { as: { user: leaver } })).status).toBe(404);
  expect((await call('listConversations', { as: undefined })).status).toBe(401);
});
