import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Route } from '../../http/route.ts';
import { type JobRunner, startJobRunner } from '../../jobs/runner.ts';
import { databaseHarness } from '../../storage/conformance/database-harness.ts';
import type { StorageHarness } from '../../storage/conformance/harness.ts';
import { addConversation, addVisitor, messageInput, noteInput } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { attachmentsRoutes } from '../attachments/attachments.routes.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { createRemoveFilesHandler } from './file-removal.ts';
import { nextNight } from './next-night.ts';
import { privacyRoutes } from './privacy.routes.ts';
import { createRetainHandler } from './retain-handler.ts';

const dayMs = 86_400_000;
const page = { limit: 100 };

let world: RouteWorld;
let routes: Route[];
let acme: Tenant;
let ann: { visitorId: string; token: string };

async function begin(harness?: StorageHarness): Promise<void> {
  world = await createRouteWorld(harness);
  const { deps, widgetDirectory } = world;
  routes = [...privacyRoutes(deps), ...visitorRoutes(deps, widgetDirectory), ...attachmentsRoutes(deps)];
  acme = await world.addTenant();
  ann = world.newVisitor(acme);
}

const call = (name: string, sent: Sent = {}) => world.call(routes, name, sent);
const inClient = (name: string, { params, ...sent }: Sent = {}) =>
  call(name, { as: { user: acme.owner }, params: { clientId: acme.storage.clientId, ...params }, ...sent });
const start = (clientConversationId = 'c1', as = ann) =>
  call('startVisitorConversation', {
    as,
    body: { clientConversationId, message: { content: 'Hello', clientMessageId: 'm1' } },
  });
const say = (conversationId: string, clientMessageId: string) =>
  call('postVisitorMessage', { as: ann, params: { conversationId }, body: { content: 'Hi', clientMessageId } });
const eraseAnn = () => call('eraseOwnData', { as: ann });
const upload = (conversationId: string, bytes: Buffer) =>
  call('uploadVisitorAttachment', { as: ann, params: { conversationId }, query: 'name=a.txt', upload: [bytes] });
/** Works on everything that is due. */
async function work(): Promise<void> {
  const handlers = { retain: createRetainHandler(world.deps), removeFiles: createRemoveFilesHandler(world.deps) };
  const runner: JobRunner = startJobRunner(world.deps, handlers);
  await runner.idle();
  await runner.stop();
}

describe('in memory', () => {
  beforeEach(() => begin());

  describe('a visitor who was erased', () => {
    test('does not come back with what they hold: the token begins nothing and is not renewed', async () => {
      await start();
      expect((await eraseAnn()).status).toBe(200);
      world.env.advance(1);
      expect((await start('c2')).status).toBe(401);
      const { body } = await call('openVisitorSession', {
        params: { publicKey: acme.widget.publicKey },
        body: { token: ann.token },
      });
      expect(body.visitorId).not.toBe(ann.visitorId);
      const again = { visitorId: body.visitorId, token: body.token };
      expect((await start('c2', again)).status).toBe(201);
      expect(await acme.storage.visitors.find(ann.visitorId)).toBeUndefined();
    });

    test('is refused by a process as well that has not heard of it', async () => {
      await start();
      await eraseAnn();
      const other = await createRouteWorld(world);
      const theirs = visitorRoutes(other.deps, other.widgetDirectory);
      const body = { clientConversationId: 'c2', message: { content: 'Hello', clientMessageId: 'm1' } };
      expect((await other.call(theirs, 'startVisitorConversation', { as: ann, body })).status).toBe(401);
      const conversations = await other.call(theirs, 'listVisitorConversations', { as: ann });
      expect(conversations.body.items).toEqual([]);
      expect(await acme.storage.visitors.find(ann.visitorId)).toBeUndefined();
    });

    test('is not there to be erased again', async () => {
      await start();
      const { visitorId } = ann;
      expect((await inClient('eraseVisitor', { params: { visitorId } })).status).toBe(200);
      expect((await inClient('eraseVisitor', { params: { visitorId } })).status).toBe(404);
      const program = { as: { apiKey: acme.apiKey.secret }, params: { visitorId } };
      expect((await call('integrationEraseVisitor', program)).status).toBe(404);
      expect((await call('integrationExportVisitor', program)).status).toBe(404);
      expect((await eraseAnn()).status).toBe(401);
      expect((await acme.storage.erasures.list(page)).items).toHaveLength(1);
    });

    test('leaves a receipt and an audit entry that say who did it, how much went, and nothing of them', async () => {
      await start();
      const { body } = await inClient('eraseVisitor', { params: { visitorId: ann.visitorId } });
      expect(body).toEqual({
        id: expect.any(String),
        actorKind: 'user',
        counts: { visitors: 1, conversations: 1, messages: 1 },
        createdAt: world.env.now().toISOString(),
      });
      const [entry] = (await acme.storage.audit.list(page)).items;
      expect(entry).toMatchObject({ action: 'visitor.erased', actorId: acme.owner.id, targetId: body.id });
      expect(JSON.stringify([entry, body])).not.toContain(ann.visitorId);
      expect((await inClient('listErasures')).body.items).toEqual([body]);
    });

    test('is told of to agents as conversations that went, and to whoever keeps something in memory', async () => {
      const { body } = await start();
      world.events.length = 0;
      await eraseAnn();
      const told = world.events.map(({ name, event }) => [name, event]);
      const { clientId } = acme.storage;
      expect(told).toContainEqual(['conversation.removed', { clientId, conversationId: body.conversation.id }]);
      expect(told).toContainEqual(['visitor.erased', { clientId, visitorId: ann.visitorId }]);
    });
  });

  test('erasing is for owners and admins, and for a visitor of themselves', async () => {
    await start();
    const params = { clientId: acme.storage.clientId, visitorId: ann.visitorId };
    for (const name of ['eraseVisitor', 'exportVisitor', 'getPrivacy']) {
      expect((await call(name, { as: { user: acme.agent }, params })).status).toBe(403);
    }
    // Of them nothing is kept, and nothing is noted.
    expect((await call('eraseOwnData', { as: world.newVisitor(acme) })).status).toBe(404);
    expect((await acme.storage.erasures.list(page)).items).toEqual([]);
    expect(await acme.storage.visitors.find(ann.visitorId)).toBeDefined();
  });

  describe('files of what was erased', () => {
    test('go with it', async () => {
      const { id } = (await start()).body.conversation;
      await upload(id, Buffer.from('Secret'));
      expect(world.deps.files.keys()).toHaveLength(1);
      await eraseAnn();
      expect(world.deps.files.keys()).toEqual([]);
    });

    test('go later when the file store was away, by a job that is made in the same step', async () => {
      const { id } = (await start()).body.conversation;
      await upload(id, Buffer.from('Secret'));
      const { remove } = world.deps.files;
      world.deps.files.remove = () => Promise.reject(new Error('The store is away.'));
      expect((await eraseAnn()).status).toBe(200);
      expect(world.deps.files.keys()).toHaveLength(1);
      await work();
      world.env.advance(60_000);
      await work();
      expect(world.deps.files.keys()).toHaveLength(1);
      world.deps.files.remove = remove;
      world.env.advance(dayMs);
      await work();
      expect(world.deps.files.keys()).toEqual([]);
      expect(await world.storage.queue.waiting()).toMatchObject({ count: 0 });
    });
  });

  describe('an export', () => {
    test('holds everything a visitor said and sent, files as Base64, in whatever parts they come', async () => {
      const { id } = (await start()).body.conversation;
      const bytes = Buffer.from(Array.from({ length: 10_000 }, (_, n) => `${n} Größe\n`).join(''));
      const { body: file } = await upload(id, bytes);
      const body = { content: 'See', clientMessageId: 'm2', attachmentIds: [file.id] };
      await call('postVisitorMessage', { as: ann, params: { conversationId: id }, body });
      await call('rateVisitorConversation', {
        as: ann,
        params: { conversationId: id },
        body: { score: 2, comment: 'So' },
      });
      await acme.storage.notes.create(noteInput(id, { content: 'Between us' }));
      await acme.storage.conversations.update(id, { tags: ['vip'] });

      const own = await call('exportOwnData', { as: ann });
      expect(own.headers['Content-Disposition']).toMatch(/^attachment; filename="confab-visitor-.+\.json"$/);
      const told = JSON.parse(String(own.bytes));
      expect(told).toMatchObject({
        format: 'confab-visitor',
        version: 1,
        visitor: { id: ann.visitorId },
        conversations: [
          {
            id,
            rating: { score: 2, comment: 'So' },
            messages: [{ content: 'Hello' }, { content: 'See', attachmentIds: [file.id] }],
            attachments: [{ id: file.id, name: 'a.txt', contentBase64: bytes.toString('base64') }],
          },
        ],
      });
      expect(String(own.bytes)).not.toMatch(/Between us|vip|clientId/);

      const agents = await inClient('exportVisitor', { params: { visitorId: ann.visitorId } });
      const [conversation] = JSON.parse(String(agents.bytes)).conversations;
      expect(conversation).toMatchObject({ tags: ['vip'], notes: [{ content: 'Between us' }] });
    });

    test('of a visitor of whom nothing is kept is empty for them, and not there for others', async () => {
      const { bytes } = await call('exportOwnData', { as: ann });
      expect(JSON.parse(String(bytes))).toMatchObject({ visitor: null, conversations: [] });
      expect((await inClient('exportVisitor', { params: { visitorId: ann.visitorId } })).status).toBe(404);
    });

    test('says of a file that is lost that it is', async () => {
      const { id } = (await start()).body.conversation;
      await upload(id, Buffer.from('Gone'));
      for (const key of world.deps.files.keys()) await world.deps.files.remove(key);
      const { bytes } = await call('exportOwnData', { as: ann });
      expect(JSON.parse(String(bytes)).conversations[0].attachments).toMatchObject([{ contentBase64: null }]);
    });
  });

  describe('retention', () => {
    const set = (retentionDays: number | null) => inClient('updatePrivacy', { body: { retentionDays } });
    const thread = async () => {
      const visitor = await addVisitor(acme.storage, acme.widget.id);
      const { id } = await addConversation(acme.storage, { visitorId: visitor.id, widgetId: acme.widget.id });
      await acme.storage.messages.append(messageInput(id));
      return { id, visitorId: visitor.id };
    };

    test('is off until it is set, within its bounds, and tells what would go', async () => {
      const off = { retentionDays: null, nextRunAt: null, lastRunAt: null, lastRun: null };
      expect((await inClient('getPrivacy')).body).toEqual(off);
      for (const days of [0, 3_651, 1.5, '30']) {
        const { status, body } = await inClient('updatePrivacy', { body: { retentionDays: days } });
        expect([status, body.errors[0].pointer]).toEqual([400, '#/retentionDays']);
      }
      const { body } = await set(30);
      expect(body).toEqual({ ...off, retentionDays: 30, nextRunAt: expect.any(String) });
      await thread();
      world.env.advance(31 * dayMs);
      expect((await inClient('previewRetention', { query: 'days=30' })).body).toEqual({
        conversations: 1,
        visitors: 1,
      });
      expect((await inClient('previewRetention', { query: 'days=32' })).body).toEqual({
        conversations: 0,
        visitors: 0,
      });
      expect((await inClient('previewRetention', { query: 'days=0' })).status).toBe(400);
      expect((await set(null)).body).toEqual(off);
    });

    test('erases by night what nobody wrote in for so long, tells what went, and comes again the next night', async () => {
      const old = await thread();
      await set(30);
      world.env.advance(29 * dayMs);
      const fresh = await thread();
      world.env.advance(2 * dayMs);
      world.events.length = 0;
      await work();
      expect(await acme.storage.conversations.find(old.id)).toBeUndefined();
      expect(await acme.storage.visitors.find(old.visitorId)).toBeUndefined();
      expect(await acme.storage.conversations.find(fresh.id)).toBeDefined();
      expect(await acme.storage.visitors.find(fresh.visitorId)).toBeDefined();
      expect(world.events.map(({ name }) => name)).toContain('conversation.removed');

      const erased = { conversations: 1, messages: 1, visitors: 1 };
      const { body } = await inClient('getPrivacy');
      expect(body).toMatchObject({ lastRunAt: world.env.now().toISOString(), lastRun: erased });
      expect(Date.parse(body.nextRunAt)).toBeGreaterThan(world.env.now().getTime());
      expect((await acme.storage.erasures.list(page)).items).toMatchObject([{ actorKind: 'system' }]);
      const entries = (await acme.storage.audit.list(page)).items;
      expect(entries.map(({ action }) => action)).toEqual(['client.retentionRun', 'client.retentionSet']);
      expect(entries[0]).toMatchObject({ actorKind: 'system', details: { ...erased, retentionDays: 30 } });

      await work();
      expect((await inClient('getPrivacy')).body).toEqual(body);
      world.env.advance(dayMs);
      await work();
      expect((await inClient('getPrivacy')).body).toMatchObject({ lastRun: {} });
    });

    test('goes through many in several steps, also when several processes could', async () => {
      for (let n = 0; n < 120; n++) await addConversation(acme.storage);
      await set(1);
      world.env.advance(3 * dayMs);
      await Promise.all([work(), work()]);
      expect((await acme.storage.conversations.list({}, page)).items).toEqual([]);
      const { lastRun } = (await inClient('getPrivacy')).body;
      expect(lastRun).toEqual({ conversations: 120 });
    });

    test('that was switched off erases nothing any more', async () => {
      const { id } = await thread();
      await set(1);
      await set(null);
      world.env.advance(30 * dayMs);
      await work();
      expect(await acme.storage.conversations.find(id)).toBeDefined();
    });

    test('is due at a minute of the night that is the client’s own, always ahead', () => {
      const now = new Date('2026-01-15T12:00:00.000Z');
      const at = nextNight(now, acme.storage.clientId);
      expect(at.getTime()).toBeGreaterThan(now.getTime());
      expect(at.getTime() - now.getTime()).toBeLessThanOrEqual(dayMs);
      expect(at.getUTCHours()).toBeGreaterThanOrEqual(1);
      expect(at.getUTCHours()).toBeLessThan(5);
      expect(nextNight(at, acme.storage.clientId).getTime()).toBe(at.getTime() + dayMs);
    });
  });
});

describe('on Postgres', () => {
  let harness: StorageHarness;
  beforeAll(async () => {
    harness = await databaseHarness()();
  });
  afterAll(() => harness.close());
  beforeEach(() => begin(harness));

  test('no message, file or conversation that is under way brings back a visitor who is being erased', async () => {
    for (let round = 0; round < 5; round++) {
      ann = world.newVisitor(acme);
      const { id } = (await start(`c${round}`)).body.conversation;
      const underWay = Array.from({ length: 4 }, (_, n) => [
        start(`other ${round} ${n}`),
        say(id, `m ${round} ${n}`),
        upload(id, Buffer.from('tea')),
      ]).flat();
      const [erased] = await Promise.all([eraseAnn(), ...underWay]);
      expect(erased.status).toBe(200);
      expect(await acme.storage.visitors.find(ann.visitorId)).toBeUndefined();
      expect((await acme.storage.conversations.list({ visitorId: ann.visitorId }, page)).items).toEqual([]);
      expect((await acme.storage.attachments.list({}, page)).items).toEqual([]);
      expect(world.deps.files.keys()).toEqual([]);
    }
  });

  test('an old conversation in which somebody writes at that moment either stays or takes no message', async () => {
    await inClient('updatePrivacy', { body: { retentionDays: 1 } });
    const { id } = (await start('kept')).body.conversation;
    world.env.advance(3 * dayMs);
    ann = world.newVisitor({ ...acme });
    const [posted] = await Promise.all([
      acme.storage.messages.append(messageInput(id)).then(
        () => true,
        () => false,
      ),
      work(),
    ]);
    expect((await acme.storage.conversations.find(id)) !== undefined).toBe(posted);
  });
});
