import { beforeEach, expect, test } from 'vitest';
import { addConversation, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { integrationRoutes } from './integration.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  const routes = integrationRoutes(world.deps);
  call = (name, sent) => world.call(routes, name, { as: { apiKey: acme.apiKey.secret }, ...sent });
});

test('answers carry exactly the field names programs rely on', async () => {
  const made = await call('integrationCreateConversation');
  expect(made.status).toBe(201);
  const now = world.env.now().toISOString();
  expect(made.body).toEqual({
    id: expect.any(String),
    orgId: acme.storage.clientId,
    createdAt: now,
    updatedAt: now,
    messageCount: 0,
  });
  const params = { id: made.body.id };
  const body = { role: 'user', content: 'Hello' };
  const posted = await call('integrationPostMessage', { params, body });
  expect(posted.status).toBe(201);
  expect(posted.body).toEqual({
    id: expect.any(String),
    conversationId: params.id,
    role: 'user',
    content: 'Hello',
    timestamp: now,
  });
  const found = await call('integrationGetConversation', { params });
  expect(found).toMatchObject({ status: 200, body: { ...made.body, messageCount: 1 } });
  expect((await call('integrationListConversations')).body).toEqual([found.body]);
  expect((await call('integrationListMessages', { params })).body).toEqual([posted.body]);
  expect(world.events.map(({ name }) => name)).toEqual(['conversation.created', 'message.created']);
});

test('title and metadata of a conversation, and role and metadata of a message, are as the program says', async () => {
  const given = { title: 'Order 7', metadata: { order: 7 } };
  const { body } = await call('integrationCreateConversation', { body: given });
  expect(await acme.storage.conversations.find(body.id)).toMatchObject(given);
  const message = { role: 'assistant', content: 'Done', metadata: { cost: 1 } };
  await call('integrationPostMessage', { params: { id: body.id }, body: message });
  const { items } = await acme.storage.messages.list(body.id, { limit: 1 });
  expect(items).toMatchObject([{ ...message, authorId: null }]);
});

test('the same client-made id again returns the first message and stores nothing', async () => {
  const { id } = await addConversation(acme.storage);
  const post = (content: string) =>
    call('integrationPostMessage', { params: { id }, body: { role: 'user', content, clientMessageId: 'x' } });
  const first = await post('One');
  expect(await post('Two')).toMatchObject({ status: 201, body: first.body });
  expect((await acme.storage.conversations.find(id))?.messageCount).toBe(1);
  expect(world.events.filter(({ name }) => name === 'message.created')).toHaveLength(1);
});

test('what a visitor says opens a closed conversation, what the assistant says leaves it closed', async () => {
  const { id } = await addConversation(acme.storage);
  await acme.storage.conversations.update(id, { status: 'closed' });
  const statusAfter = async (role: string) => {
    await call('integrationPostMessage', { params: { id }, body: { role, content: 'x' } });
    return (await acme.storage.conversations.find(id))?.status;
  };
  expect(await statusAfter('assistant')).toBe('closed');
  expect(await statusAfter('system')).toBe('closed');
  expect(await statusAfter('user')).toBe('open');
});

/** Follows the Link header, as a program does. */
async function allPages(name: string, params: Record<string, string>): Promise<unknown[]> {
  const items: unknown[] = [];
  let query: string | undefined = 'limit=2';
  while (query !== undefined) {
    const { body, headers }: Answered = await call(name, { params, query });
    items.push(...body);
    query = /^<[^?]+\?([^>]+)>; rel="next"$/.exec(headers.Link ?? '')?.[1];
  }
  return items;
}

test('lists are arrays whose next page is in the Link header', async () => {
  const ids = [];
  for (let n = 0; n < 5; n++) {
    world.env.advance(1);
    ids.unshift((await addConversation(acme.storage)).id);
  }
  expect((await allPages('integrationListConversations', {})).map((item) => (item as { id: string }).id)).toEqual(ids);

  const id = ids[0]!;
  for (let n = 1; n <= 5; n++) {
    await call('integrationPostMessage', { params: { id }, body: { role: 'user', content: String(n) } });
  }
  const contents = (await allPages('integrationListMessages', { id })).map(
    (item) => (item as { content: string }).content,
  );
  expect(contents).toEqual(['1', '2', '3', '4', '5']);
});

test('the Link header stays on the path that was asked', async () => {
  for (let n = 0; n < 2; n++) await addConversation(acme.storage);
  const { headers } = await call('integrationListConversations', { query: 'limit=1' });
  expect(headers.Link).toMatch(/^<\/conversations\?limit=1&cursor=[\w-]+>; rel="next"$/);
});

test('a missing or wrong key is 401, an unknown conversation and a bad cursor are told as problems', async () => {
  for (const as of [undefined, { apiKey: 'wrong' }]) {
    const answer = await call('integrationListConversations', { as });
    expect(answer).toMatchObject({ status: 401, body: { type: '/problems#invalid-api-key' } });
  }
  const params = { id: strangeId() };
  expect((await call('integrationListMessages', { params })).status).toBe(404);
  const { id } = await addConversation(acme.storage);
  for (const cursor of ['x', 'cy4x%20', Buffer.from('s.01').toString('base64url')]) {
    const answer = await call('integrationListMessages', { params: { id }, query: `cursor=${cursor}` });
    expect([cursor, answer.body.type]).toEqual([cursor, '/problems#invalid-cursor']);
  }
});

test('another client’s conversation is not found by any route, and stays as it is', async () => {
  const other = await world.addTenant('Other');
  const { id } = await addConversation(other.storage);
  await other.storage.messages.append({ conversationId: id, role: 'user', content: 'secret' });
  const before = await other.storage.conversations.find(id);
  const body = { role: 'user', content: 'x' };
  for (const { endpoint } of integrationRoutes(world.deps)) {
    if (!endpoint.path.includes(':id')) continue;
    const answer = await call(endpoint.name, { params: { id }, ...(endpoint.body ? { body } : {}) });
    expect([endpoint.name, answer.status]).toEqual([endpoint.name, 404]);
  }
  expect(await other.storage.conversations.find(id)).toEqual(before);
  expect((await call('integrationListConversations')).body).toEqual([]);
});
