import { createHmac } from 'node:crypto';
import { beforeEach, expect, test } from 'vitest';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { identifiedTokenLifetimeMs } from './visitor-token.ts';
import { visitorRoutes } from './visitors.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  await acme.storage.identities.set(acme.widget.id, 'wis_acme');
  const routes = visitorRoutes(world.deps, world.widgetDirectory);
  call = (name, sent) => world.call(routes, name, sent);
});

function signed(claims: object, secret = 'wis_acme'): string {
  const exp = world.env.now().getTime() / 1000 + 300;
  const parts = [{ alg: 'HS256' }, { exp, ...claims }].map((part) =>
    Buffer.from(JSON.stringify(part)).toString('base64url'),
  );
  return [...parts, createHmac('sha256', secret).update(parts.join('.')).digest('base64url')].join('.');
}

const session = async (body: { token?: string; identityToken?: string }, tenant = acme) =>
  (await call('openVisitorSession', { params: { publicKey: tenant.widget.publicKey }, body })).body;

const start = (token: string, made = 'c1', more: object = {}) =>
  call('startVisitorConversation', {
    as: { token },
    body: { clientConversationId: made, message: { content: 'Hello', clientMessageId: 'm1' }, ...more },
  });

const conversationsOf = async (token: string): Promise<string[]> =>
  (await call('listVisitorConversations', { as: { token } })).body.items.map(({ id }: { id: string }) => id);

const ann = { sub: 'ann', name: 'Ann', email: 'ann@example.com', info: { plan: 'pro' } };

test('a visitor whom the site has named is stored with their first message, not before', async () => {
  const opened = await session({ identityToken: signed(ann) });
  expect(opened).toMatchObject({ identity: 'identified', identityFailure: null });
  expect(await acme.storage.visitors.find(opened.visitorId)).toBeUndefined();
  expect((await start(opened.token)).status).toBe(201);
  expect(await acme.storage.visitors.find(opened.visitorId)).toMatchObject({
    externalId: 'ann',
    name: 'Ann',
    email: 'ann@example.com',
    info: { plan: 'pro' },
  });
});

test('they are the same visitor in every browser, also when both write for the first time at once', async () => {
  const [here, there] = [await session({ identityToken: signed(ann) }), await session({ identityToken: signed(ann) })];
  expect(there.visitorId).toBe(here.visitorId);
  const started = await Promise.all([start(here.token, 'c1'), start(there.token, 'c2')]);
  expect(started.map(({ status }) => status)).toEqual([201, 201]);
  expect(await conversationsOf(here.token)).toHaveLength(2);
});

test('a visitor who is stored under another id is found by what the site calls them', async () => {
  const id = world.env.newId();
  await acme.storage.visitors.see({ id, widgetId: acme.widget.id, externalId: 'ann' });
  expect((await session({ identityToken: signed(ann) })).visitorId).toBe(id);
});

test('what the site says anew of a stored visitor replaces what it said before, and nothing else', async () => {
  const { token, visitorId } = await session({ identityToken: signed(ann) });
  await start(token);
  await session({ identityToken: signed({ sub: 'ann', name: 'Ann B.', info: { seats: 2 } }) });
  const stored = { name: 'Ann B.', email: 'ann@example.com', info: { plan: 'pro', seats: 2 } };
  expect(await acme.storage.visitors.find(visitorId)).toMatchObject(stored);
});

test('what the site has signed counts for more than what is typed into the form', async () => {
  const fields = [
    { name: 'name', label: 'Name', type: 'text', required: true, options: [] },
    { name: 'order', label: 'Order', type: 'text', required: false, options: [] },
  ] as const;
  await acme.storage.widgets.update(acme.widget.id, {
    preChat: { enabled: true, fields: fields.map((f) => ({ ...f, options: [] })) },
  });
  const preChat = { name: 'Mallory', order: '7' };
  const { token, visitorId } = await session({ identityToken: signed(ann) });
  for (const made of ['c1', 'c2']) await start(token, made, { preChat });
  const stored = { name: 'Ann', info: { plan: 'pro', order: '7' } };
  expect(await acme.storage.visitors.find(visitorId)).toMatchObject(stored);
});

test('the next person in this browser never sees the chat of the one before', async () => {
  const first = await session({ identityToken: signed(ann) });
  await start(first.token);
  const second = await session({ token: first.token, identityToken: signed({ sub: 'bob' }) });
  expect(second.visitorId).not.toBe(first.visitorId);
  expect(await conversationsOf(second.token)).toEqual([]);
});

test('the token of an identified visitor is renewed for nobody without a fresh word of the site', async () => {
  const first = await session({ identityToken: signed(ann) });
  await start(first.token);
  for (const identityToken of [undefined, 'forged', signed(ann, 'wis_other')]) {
    const next = await session({ token: first.token, ...(identityToken !== undefined && { identityToken }) });
    expect(next.visitorId).not.toBe(first.visitorId);
    expect(await conversationsOf(next.token)).toEqual([]);
  }
  const again = await session({ token: first.token, identityToken: signed(ann) });
  expect(again.visitorId).toBe(first.visitorId);
});

test('whoever was anonymous and is named by the site begins with the chat of that name', async () => {
  const anonymous = await session({});
  await start(anonymous.token);
  const named = await session({ token: anonymous.token, identityToken: signed(ann) });
  expect(await conversationsOf(named.token)).toEqual([]);
  // Signed out again: the page gives its earlier token, and is the anonymous visitor it was.
  expect((await session({ token: anonymous.token })).visitorId).toBe(anonymous.visitorId);
});

test('the token of an identified visitor lasts a day', async () => {
  const { token } = await session({ identityToken: signed(ann) });
  world.env.advance(identifiedTokenLifetimeMs - 1);
  expect(await conversationsOf(token)).toEqual([]);
  world.env.advance(1);
  expect((await call('listVisitorConversations', { as: { token } })).status).toBe(401);
});

test('the same name on two widgets, or at two clients, is two visitors', async () => {
  const other = await world.addTenant('Other');
  await other.storage.identities.set(other.widget.id, 'wis_acme');
  const [here, there] = [
    await session({ identityToken: signed(ann) }),
    await session({ identityToken: signed(ann) }, other),
  ];
  expect(there.identity).toBe('identified');
  expect(there.visitorId).not.toBe(here.visitorId);
});

test('with a bad token the visitor stays the anonymous one they were, and the widget’s owners are told why', async () => {
  const anonymous = await session({});
  const expired = signed({ ...ann, exp: 1 });
  const refused = await session({ token: anonymous.token, identityToken: expired });
  const identityFailure = 'It has expired.';
  expect(refused).toMatchObject({ visitorId: anonymous.visitorId, identity: 'refused', identityFailure });
  const noted = { lastFailure: identityFailure, lastFailureAt: world.env.now() };
  expect(await acme.storage.identities.find(acme.widget.id)).toMatchObject(noted);
});

test('a widget without a secret takes nobody’s word', async () => {
  await acme.storage.identities.remove(acme.widget.id);
  const refused = await session({ identityToken: signed(ann) });
  expect(refused).toMatchObject({
    identity: 'refused',
    identityFailure: expect.stringContaining('no identity secret'),
  });
});

test('however many bad tokens come, a failure is written down once in a while', async () => {
  const failure = async () => (await acme.storage.identities.find(acme.widget.id))?.lastFailureAt;
  await session({ identityToken: 'forged' });
  const first = await failure();
  world.env.advance(59_999);
  await session({ identityToken: 'forged' });
  expect(await failure()).toEqual(first);
  world.env.advance(1);
  await session({ identityToken: 'forged' });
  expect(await failure()).toEqual(world.env.now());
  world.env.advance(2_000);
  await session({ identityToken: signed(ann, 'wis_other') });
  expect(await failure()).toEqual(world.env.now());
});

test('a renewed token under a rotated secret is refused', async () => {
  const old = signed(ann);
  await acme.storage.identities.set(acme.widget.id, 'wis_new');
  expect((await session({ identityToken: old })).identity).toBe('refused');
});
