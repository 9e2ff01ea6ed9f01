import { beforeEach, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { cannedReplyInput, strangeId } from '../../storage/conformance/worlds.ts';
import { type Answered, createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { cannedRepliesRoutes } from './canned-replies.routes.ts';

let world: RouteWorld;
let acme: Tenant;
let call: (name: string, sent?: Sent) => Promise<Answered>;

beforeEach(async () => {
  world = await createRouteWorld();
  acme = await world.addTenant();
  call = (name, { params, ...sent } = {}) =>
    world.call(cannedRepliesRoutes(world.deps), name, {
      as: { user: acme.owner },
      params: { clientId: acme.storage.clientId, ...params },
      ...sent,
    });
});

const input = { shortcut: 'hi', title: 'Greeting', content: 'Hello,\nhow can I help?' };
const make = (more: object = {}) => call('createCannedReply', { body: { ...input, ...more } });
const actions = async () => (await acme.storage.audit.list({ limit: 100 })).items.map(({ action }) => action);

test('a canned reply is made, listed for agents, changed and removed, each with an audit row', async () => {
  const { status, body } = await make();
  const at = world.env.now().toISOString();
  expect([status, body]).toEqual([201, { ...input, id: expect.any(String), createdAt: at, updatedAt: at }]);
  const params = { cannedReplyId: body.id };
  const agent = { as: { user: acme.agent } };
  expect((await call('listCannedReplies', agent)).body).toEqual({ items: [body], nextCursor: null });

  world.env.advance(1);
  const changed = await call('updateCannedReply', { params, body: { title: 'New' } });
  expect(changed.body).toEqual({ ...body, title: 'New', updatedAt: world.env.now().toISOString() });
  await call('updateCannedReply', { params, body: { title: 'New' } });
  expect((await call('deleteCannedReply', { params })).status).toBe(204);
  expect((await call('listCannedReplies', agent)).body.items).toEqual([]);
  expect(await actions()).toEqual(['cannedReply.deleted', 'cannedReply.updated', 'cannedReply.created']);
});

test('a shortcut is kept without blanks, in lower case and one form, and is taken once', async () => {
  expect((await make({ shortcut: ' GRÖßE-１ ' })).body.shortcut).toBe('größe-1');
  const { status, body } = await make({ shortcut: 'gröSSe-1'.replace('SS', 'ß') });
  expect([status, body.type, body.detail]).toEqual([
    409,
    '/problems#conflict',
    'Another canned reply already has this shortcut.',
  ]);
  const other = (await make({ shortcut: 'other' })).body;
  const taken = await call('updateCannedReply', {
    params: { cannedReplyId: other.id },
    body: { shortcut: 'Größe-1' },
  });
  expect(taken.status).toBe(409);
  expect((await call('listCannedReplies')).body.items).toHaveLength(2);
});

test('what cannot be typed after a slash is no shortcut', async () => {
  for (const shortcut of [
    '',
    ' ',
    '/hi',
    'two words',
    '-x',
    'x'.repeat(limits.shortcutCharsMax + 1),
    'a\0',
    '\ud800',
  ]) {
    const { status, body } = await make({ shortcut });
    expect([shortcut, status, body.errors[0].pointer]).toEqual([shortcut, 400, '#/shortcut']);
  }
});

test('the list is in the order of shortcuts, page by page, also when an item goes between pages', async () => {
  const ids = [];
  for (const shortcut of ['c', 'a', 'ä', 'b']) ids.push((await make({ shortcut })).body.id);
  const shortcuts = ({ body }: Answered) => body.items.map(({ shortcut }: { shortcut: string }) => shortcut);
  const first = await call('listCannedReplies', { query: 'limit=2' });
  expect(shortcuts(first)).toEqual(['a', 'b']);
  await call('deleteCannedReply', { params: { cannedReplyId: ids[3]! } });
  const second = await call('listCannedReplies', { query: `limit=2&cursor=${first.body.nextCursor}` });
  expect(shortcuts(second)).toEqual(['c', 'ä']);
  expect(second.body.nextCursor).toBeNull();
  expect((await call('listCannedReplies', { query: 'cursor=x' })).body.type).toBe('/problems#invalid-cursor');
});

test('agents use them, owners and admins keep them', async () => {
  const { id: cannedReplyId } = (await make()).body;
  const as = { user: acme.agent };
  const params = { cannedReplyId };
  expect((await call('createCannedReply', { as, body: { ...input, shortcut: 'x' } })).status).toBe(403);
  expect((await call('updateCannedReply', { as, params, body: { title: 'x' } })).status).toBe(403);
  expect((await call('deleteCannedReply', { as, params })).status).toBe(403);
  const unknown = { params: { cannedReplyId: strangeId() }, body: { title: 'x' } };
  expect((await call('updateCannedReply', unknown)).status).toBe(404);
});

test('a client has a bounded number of them', async () => {
  for (let n = 0; n < limits.cannedRepliesMax; n++) {
    await acme.storage.cannedReplies.create(cannedReplyInput({ shortcut: `s${n}` }));
  }
  expect((await make()).status).toBe(409);
});
