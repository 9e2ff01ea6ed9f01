import { beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { visitorRoutes } from './visitors.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let visitor: { visitorId: string; token: string };
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant('Acme', { allowedSites: ['shop.example'] });
  visitor = world.newVisitor(acme);
  const routes = visitorRoutes(world.deps, world.widgetDirectory);
  call = (name, sent) => world.call(routes, name, { as: visitor, ...sent });
});

const startBody = (more: object = {}) => ({
  clientConversationId: 'c1',
  message: { content: 'Hello', clientMessageId: 'm1' },
  ...more,
});
const start = (more?: object) => call('startVisitorConversation', { body: startBody(more) });
const eventNames = () => world.events.map(({ name }) => name);

describe('the configuration of a widget', () => {
  const config = (headers: Record<string, string>, publicKey = acme.widget.publicKey) =>
    call('getWidgetConfig', { as: undefined, params: { publicKey }, headers });

  test('is answered to pages of the allowed sites, readable there alone, and holds nothing secret', async () => {
    const { status, headers, body } = await config({ origin: 'https://shop.example' });
    expect(status).toBe(200);
    expect(headers).toMatchObject({ 'Access-Control-Allow-Origin': 'https://shop.example', Vary: 'Origin' });
    expect(Object.keys(body).sort()).toEqual([
      'appearance',
      'businessHours',
      'color',
      'language',
      'name',
      'position',
      'preChat',
      'suggestedQuestions',
      'theme',
      'welcomeMessage',
    ]);
  });

  test('is answered to Confab’s own pages', async () => {
    const host = 'chat.example:4000';
    expect((await config({ host, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
    expect((await config({ host, referer: `http://${host}/frame/x` })).status).toBe(200);
    expect((await config({ host, origin: `http://${host}` })).status).toBe(200);
  });

  test.each([
    ['another site', { origin: 'https://evil.example' }],
    ['a page that says nothing', {}],
    ['a cross-site request without origin', { 'sec-fetch-site': 'cross-site', referer: 'http://chat.example/' }],
    ['a sandboxed page', { origin: 'null' }],
    ['a page that came from elsewhere', { referer: 'https://shop.example/' }],
  ])('is refused to %s', async (_who, headers) => {
    const answer = await config({ host: 'chat.example', ...headers });
    expect(answer).toMatchObject({ status: 403, body: { type: '/problems#site-not-allowed' } });
  });

  test('names the line to add when a site is not allowed', async () => {
    const { body } = await config({ origin: 'https://evil.example:8443' });
    expect(body.detail).toContain('evil.example:8443');
  });

  test('is refused to everybody by an empty list', async () => {
    await acme.storage.widgets.update(acme.widget.id, { allowedSites: [] });
    expect((await config({ origin: 'https://shop.example' })).status).toBe(403);
  });

  test('is not found for an unknown key, and plainly so for a widget that is not active', async () => {
    const headers = { origin: 'https://shop.example' };
    expect((await config(headers, 'wk_unknown')).status).toBe(404);
    await acme.storage.widgets.update(acme.widget.id, { status: 'failed' });
    const answer = await config(headers);
    expect(answer).toMatchObject({ status: 404, body: { type: '/problems#not-found' } });
    expect(answer.body.detail).toMatch(/not active/);
  });

  test('has another tag as soon as it has changed', async () => {
    const headers = { origin: 'https://shop.example' };
    const before = await config(headers);
    await acme.storage.widgets.update(acme.widget.id, { color: '#112233' });
    const after = await config(headers);
    expect(after.body.color).toBe('#112233');
    expect(after.headers.ETag).not.toBe(before.headers.ETag);
  });
});

describe('a visitor', () => {
  test('gets a token without anything being stored', async () => {
    const params = { publicKey: acme.widget.publicKey };
    const { status, body } = await call('openVisitorSession', { as: undefined, params, body: {} });
    expect(status).toBe(200);
    expect(await acme.storage.visitors.find(body.visitorId)).toBeUndefined();
    const list = await call('listVisitorConversations', { as: { token: body.token } });
    expect(list).toMatchObject({ status: 200, body: { items: [] } });
  });

  test('gets none from a page of another site', async () => {
    const params = { publicKey: acme.widget.publicKey };
    const headers = { origin: 'https://shop.example', host: 'chat.example' };
    expect((await call('openVisitorSession', { as: undefined, params, headers, body: {} })).status).toBe(403);
  });

  test('starts a conversation with its first message: all of it is stored, and told in order', async () => {
    const { status, body } = await start({ locale: 'de', pageUrl: 'https://shop.example/cart' });
    expect(status).toBe(201);
    expect(body.conversation).toMatchObject({ clientConversationId: 'c1', status: 'waiting', lastSequence: 1 });
    expect(body.message).toMatchObject({ sequence: 1, role: 'user', content: 'Hello', clientMessageId: 'm1' });
    expect(body.message).not.toHaveProperty('metadata');
    expect(eventNames()).toEqual(['conversation.created', 'message.created']);
    expect(await acme.storage.visitors.find(visitor.visitorId)).toMatchObject({
      widgetId: acme.widget.id,
      locale: 'de',
      pageUrl: 'https://shop.example/cart',
    });
  });

  test('may repeat the start: the same answer, nothing stored twice, nobody told again', async () => {
    const first = await start();
    const again = await Promise.all([start(), start()]);
    for (const answer of again) expect(answer).toMatchObject({ status: 201, body: first.body });
    expect(eventNames()).toEqual(['conversation.created', 'message.created']);
    expect((await call('listVisitorConversations')).body.items).toHaveLength(1);
  });

  test('starts one conversation when two starts arrive at once', async () => {
    const [one, two] = await Promise.all([start(), start()]);
    expect(one.body).toEqual(two.body);
    expect(eventNames()).toEqual(['conversation.created', 'message.created']);
  });

  test('is who they say in the pre-chat form, and only what the form asks is kept', async () => {
    const field = (name: string, type: 'text' | 'email') => ({ name, label: name, type, required: false, options: [] });
    const fields = [field('name', 'text'), field('mail', 'email'), field('order', 'text'), field('size', 'text')];
    await acme.storage.widgets.update(acme.widget.id, { preChat: { enabled: true, fields } });
    await start({ preChat: { name: ' Ann ', mail: 'Ann@Example.com', order: '7', size: ' ', admin: 'yes' } });
    const known = () => acme.storage.visitors.find(visitor.visitorId);
    expect(await known()).toMatchObject({ name: 'Ann', email: 'ann@example.com', info: { order: '7' } });

    await start({ clientConversationId: 'c2', preChat: { mail: 'no address', size: 'L' } });
    const info = { order: '7', mail: 'no address', size: 'L' };
    expect(await known()).toMatchObject({ name: 'Ann', email: 'ann@example.com', info });
  });

  test('brings along what the page says of itself, which the next message may replace', async () => {
    const { id } = (await start({ context: { plan: 'pro', cart: { items: 2 } } })).body.conversation;
    const metadata = async () => (await acme.storage.conversations.find(id))?.metadata;
    expect(await metadata()).toEqual({ context: { plan: 'pro', cart: { items: 2 } } });
    const post = (clientMessageId: string, context?: object) => {
      world.events.length = 0;
      const body = { content: 'More', clientMessageId, ...(context && { context }) };
      return call('postVisitorMessage', { params: { conversationId: id }, body });
    };
    expect((await post('m2', { cart: { items: 2 }, plan: 'pro' })).status).toBe(201);
    await post('m3');
    expect(eventNames()).toEqual(['message.created']);
    await post('m4', { plan: 'free' });
    expect(await metadata()).toEqual({ context: { plan: 'free' } });
    expect(eventNames()).toEqual(['message.created', 'conversation.updated']);
  });

  test.each([
    ['a text', 'pro'],
    ['a list', ['pro']],
    ['too much', { text: 'x'.repeat(limits.contextJsonCharsMax) }],
    ['NUL', { text: '\0' }],
  ])('is told that %s is no context, together with whatever else is wrong', async (_what, context) => {
    const answer = await start({ context, clientConversationId: '' });
    expect(answer).toMatchObject({ status: 400, body: { type: '/problems#validation-failed' } });
    const pointers = answer.body.errors.map(({ pointer }: { pointer: string }) => pointer);
    expect(pointers).toEqual(expect.arrayContaining(['#/context', '#/clientConversationId']));
  });

  test('writes, reads what was missed, and sees names but no accounts of agents', async () => {
    const conversationId = (await start()).body.conversation.id;
    const params = { conversationId };
    const body = { content: 'More', clientMessageId: 'm2' };
    const posted = await call('postVisitorMessage', { params, body });
    expect(posted).toMatchObject({ status: 201, body: { sequence: 2, role: 'user' } });
    expect((await call('postVisitorMessage', { params, body })).body).toEqual(posted.body);
    await acme.storage.messages.append({
      conversationId,
      role: 'agent',
      content: 'Hi',
      authorId: acme.agent.id,
      metadata: { authorName: 'Ada', secret: 1 },
    });
    const missed = await call('listVisitorMessages', { params, query: 'after=2' });
    expect(missed.body.items).toEqual([
      {
        id: expect.any(String),
        conversationId,
        sequence: 3,
        role: 'agent',
        content: 'Hi',
        clientMessageId: null,
        authorName: 'Ada',
        attachments: [],
        createdAt: expect.any(String),
      },
    ]);
    expect((await call('markVisitorRead', { params, body: { sequence: 3 } })).status).toBe(204);
    expect((await acme.storage.conversations.find(conversationId))?.visitorReadSequence).toBe(3);
  });

  test('cannot choose role, author or status', async () => {
    const conversationId = (await start()).body.conversation.id;
    const body = { content: 'x', clientMessageId: 'm2', role: 'agent', authorId: acme.owner.id, statusAfter: 'closed' };
    const { body: view } = await call('postVisitorMessage', { params: { conversationId }, body });
    expect(view).toMatchObject({ role: 'user', authorName: null });
    expect((await acme.storage.conversations.find(conversationId))?.status).toBe('waiting');
  });

  test.each([
    ['another visitor’s', async () => (await world.newVisitor(acme)).visitorId],
    ['nobody’s', async () => null],
  ])('does not find %s conversation by any route, and it stays as it is', async (_whose, owner) => {
    const visitorId = await owner();
    if (visitorId) await acme.storage.visitors.see({ id: visitorId, widgetId: acme.widget.id });
    const { id: conversationId } = await addConversation(acme.storage, { visitorId });
    await expectOutOfReach(conversationId, acme);
  });

  test('does not find another client’s conversation by any route', async () => {
    const other = await world.addTenant('Other');
    // The same visitor id on another client's side, which a guesser of ids would need.
    await other.storage.visitors.see({ id: visitor.visitorId, widgetId: other.widget.id });
    const { id } = await addConversation(other.storage, { visitorId: visitor.visitorId });
    await expectOutOfReach(id, other);
  });

  async function expectOutOfReach(conversationId: string, { storage }: Tenant) {
    await storage.messages.append({ conversationId, role: 'user', content: 'secret', clientMessageId: 'm1' });
    const before = await storage.conversations.find(conversationId);
    const body = { content: 'x', clientMessageId: 'm1', sequence: 1, score: 1 };
    for (const { endpoint } of visitorRoutes(world.deps, world.widgetDirectory)) {
      if (!endpoint.path.includes(':conversationId')) continue;
      const sent = { params: { conversationId }, ...(endpoint.body ? { body } : {}) };
      const answer = await call(endpoint.name, sent);
      expect([endpoint.name, answer.status]).toEqual([endpoint.name, 404]);
    }
    expect(await storage.conversations.find(conversationId)).toEqual(before);
    expect((await call('listVisitorConversations')).body.items).toEqual([]);
  }

  test('is nobody without a good token', async () => {
    for (const as of [undefined, { token: 'v1.x.y' }]) {
      const answer = await call('listVisitorConversations', { as });
      expect(answer).toMatchObject({ status: 401, body: { type: '/problems#invalid-visitor-token' } });
    }
  });
});
