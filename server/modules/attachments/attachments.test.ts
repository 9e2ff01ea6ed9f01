import { beforeEach, describe, expect, test } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { Route } from '../../http/route.ts';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Sent, type Tenant } from '../../testing/route-world.ts';
import { removeClient } from '../clients/remove-client.ts';
import { conversationsRoutes } from '../conversations/conversations.routes.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { attachmentsRoutes } from './attachments.routes.ts';
import { sweepUnsent, unsentMs } from './sweep-unsent.ts';
import { ticketMs } from './ticket.ts';

const png = Buffer.from('\x89PNG\r\n\x1a\nrest', 'latin1');

let world: RouteWorld;
let routes: Route[];
let acme: Tenant;
let ann: { visitorId: string; token: string };
let conversationId: string;

beforeEach(async () => {
  world = await createRouteWorld();
  const { deps, widgetDirectory } = world;
  routes = [...attachmentsRoutes(deps), ...conversationsRoutes(deps), ...visitorRoutes(deps, widgetDirectory)];
  acme = await world.addTenant();
  ann = world.newVisitor(acme);
  conversationId = await threadOf(ann);
});

async function threadOf({ visitorId }: { visitorId: string }, tenant = acme): Promise<string> {
  await tenant.storage.visitors.see({ id: visitorId, widgetId: tenant.widget.id });
  return (await addConversation(tenant.storage, { visitorId })).id;
}

const keys = () => world.deps.files.keys();
const asVisitor = (name: string, sent: Sent = {}) => world.call(routes, name, { as: ann, ...sent });
const asAgent = (name: string, { params, ...sent }: Sent = {}) =>
  world.call(routes, name, {
    as: { user: acme.agent },
    params: { clientId: acme.storage.clientId, ...params },
    ...sent,
  });
const upload = (name = 'photo.png', bytes = png, into = conversationId) =>
  asVisitor('uploadVisitorAttachment', {
    params: { conversationId: into },
    query: `name=${encodeURIComponent(name)}`,
    upload: [bytes.subarray(0, 3), bytes.subarray(3)],
  });
const uploadAsAgent = (name = 'offer.png') =>
  asAgent('uploadAgentAttachment', { params: { conversationId }, query: `name=${name}`, upload: [png] });
let sent = 0;
const post = (body: object, into = conversationId) =>
  asVisitor('postVisitorMessage', {
    params: { conversationId: into },
    body: { content: 'See', clientMessageId: `m${++sent}`, ...body },
  });
const open = (url: string) => {
  const [, attachmentId = '', query = ''] = /^\/api\/attachments\/([^?]+)\?(.+)$/.exec(url) ?? [];
  return world.call(routes, 'downloadTicketedAttachment', { params: { attachmentId }, query });
};

describe('an upload', () => {
  test('is kept as what its content is, and can be read by the side that sent it', async () => {
    const { status, body } = await upload('../Größe 😀.txt');
    expect(status).toBe(201);
    expect(body).toEqual({
      id: expect.any(String),
      name: 'Größe 😀.txt.png',
      mediaType: 'image/png',
      sizeBytes: png.length,
      url: expect.stringMatching(/^\/api\/attachments\/[^?]+\?ticket=/),
    });
    expect((await open(body.url)).bytes).toEqual(png);
    expect(await acme.storage.attachments.find(body.id)).toMatchObject({ uploadedBy: 'visitor', sentAt: null });
  });

  test.each([
    ['is empty', Buffer.alloc(0)],
    ['is markup', Buffer.from('<html><script>alert(1)</script>')],
    ['is a program', Buffer.from('MZ\x90\0\x03', 'latin1')],
  ])('that %s is refused, whatever its name, and nothing of it stays', async (_, bytes) => {
    const { status, body } = await upload('photo.png', bytes);
    expect([status, body.type]).toEqual([415, '/problems#file-refused']);
    expect(keys()).toEqual([]);
  });

  test('that breaks off leaves nothing', async () => {
    async function* broken() {
      yield png;
      throw new Error('broke off');
    }
    const { status } = await asVisitor('uploadVisitorAttachment', {
      params: { conversationId },
      query: 'name=a.png',
      upload: broken(),
    });
    expect(status).toBe(500);
    expect(keys()).toEqual([]);
    expect((await acme.storage.attachments.list({}, { limit: 1 })).items).toEqual([]);
  });

  test('leaves nothing when its conversation is removed before it has arrived', async () => {
    async function* slow() {
      yield png;
      await acme.storage.conversations.remove(conversationId);
    }
    const { status } = await asVisitor('uploadVisitorAttachment', {
      params: { conversationId },
      query: 'name=a.png',
      upload: slow(),
    });
    expect(status).toBe(404);
    expect(keys()).toEqual([]);
  });

  test('is refused while too many wait to be sent, also those on their way, and goes on once they are sent', async () => {
    const { attachmentsUnsentMax: max, attachmentsPerMessageMax } = limits;
    const all = await Promise.all(Array.from({ length: max + 2 }, () => upload()));
    expect(all.filter(({ status }) => status === 429)).toHaveLength(2);
    const one = all.find(({ status }) => status === 429);
    expect(one?.headers['Retry-After']).toBe('60');
    expect(keys()).toHaveLength(max);
    expect((await uploadAsAgent()).status).toBe(201);
    const ids = all.flatMap(({ status, body }) => (status === 201 ? body.id : []));
    expect((await post({ attachmentIds: ids.slice(0, attachmentsPerMessageMax) })).status).toBe(201);
    expect((await upload()).status).toBe(201);
  });

  test('goes into a visitor’s own conversations alone', async () => {
    const bobs = await threadOf(world.newVisitor(acme));
    expect((await upload('a.png', png, bobs)).status).toBe(404);
    expect(keys()).toEqual([]);
  });
});

describe('a message', () => {
  test('takes files up, shows them to both sides, and needs no words then', async () => {
    const [one, other] = [(await upload('a.png')).body, (await upload('b.txt', Buffer.from('tea'))).body];
    const { status, body } = await post({ content: '', attachmentIds: [other.id, one.id] });
    expect(status).toBe(201);
    expect(body).toMatchObject({ content: '', attachments: [other, one] });
    const { items } = (await asAgent('listMessages', { params: { conversationId } })).body;
    expect(items[0]).toMatchObject({
      metadata: {},
      attachments: [{ name: 'b.txt', mediaType: 'text/plain', sizeBytes: 3 }, { name: 'a.png' }],
    });
    const attachmentId = items[0].attachments[0].id;
    expect(items[0].attachments[0].url).toBe(`/api/clients/${acme.storage.clientId}/attachments/${attachmentId}`);
    expect((await asAgent('downloadAttachment', { params: { attachmentId } })).bytes?.toString()).toBe('tea');
    const { lastMessagePreview } = (await acme.storage.conversations.find(conversationId)) ?? {};
    expect(lastMessagePreview).toBe('b.txt, a.png');
    expect(world.events.at(-1)).toMatchObject({ name: 'message.created' });
  });

  test('of an agent brings its files to the visitor, under addresses that open', async () => {
    const { body: file } = await uploadAsAgent();
    const body = { content: 'Our offer', attachmentIds: [file.id] };
    const posted = await asAgent('postAgentMessage', { params: { conversationId }, body });
    expect(posted.body).toMatchObject({ metadata: { authorName: expect.any(String) }, attachments: [file] });
    const { items } = (await asVisitor('listVisitorMessages', { params: { conversationId } })).body;
    expect((await open(items[0].attachments[0].url)).bytes).toEqual(png);
    expect((await asVisitor('downloadVisitorAttachment', { params: { attachmentId: file.id } })).bytes).toEqual(png);
  });

  test('that is repeated answers the first one with its files, also when both come at once', async () => {
    const { body: file } = await upload();
    const body = { clientMessageId: 'again', attachmentIds: [file.id] };
    const answers = await Promise.all([post(body), post(body)]);
    answers.push(await post(body));
    for (const answer of answers) {
      expect(answer).toMatchObject({ status: 201, body: { id: answers[0]?.body.id, attachments: [{ id: file.id }] } });
    }
    expect(world.events.filter(({ name }) => name === 'message.created')).toHaveLength(1);
    expect((await acme.storage.conversations.find(conversationId))?.messageCount).toBe(1);
  });

  test('that names files which do not wait there is refused with a fault for each, and takes none', async () => {
    const { body: free } = await upload();
    const { body: taken } = await upload();
    await post({ attachmentIds: [taken.id] });
    const { body: agents } = await uploadAsAgent();
    const { body: elsewhere } = await upload('a.png', png, await threadOf(ann));
    const nobodys = world.env.newId();
    const { status, body } = await post({ attachmentIds: [taken.id, free.id, agents.id, elsewhere.id, nobodys] });
    expect(status).toBe(400);
    expect(body.errors.map(({ pointer }: { pointer: string }) => pointer)).toEqual(
      [0, 2, 3, 4].map((at) => `#/attachmentIds/${at}`),
    );
    expect((await acme.storage.attachments.find(free.id))?.sentAt).toBeNull();
    expect((await acme.storage.conversations.find(conversationId))?.messageCount).toBe(1);
  });

  test('goes into a visitor’s own conversation alone, with files as well', async () => {
    const { body: file } = await upload();
    expect((await post({ attachmentIds: [file.id] }, await threadOf(world.newVisitor(acme)))).status).toBe(404);
  });
});

describe('a file', () => {
  test('goes out so that a browser does it no harm: as what it is, apart from our origin', async () => {
    const { headers } = await open((await upload('Größe "1".png')).body.url);
    expect(headers).toEqual({
      'Content-Type': 'image/png',
      'Content-Length': String(png.length),
      'Content-Disposition': `inline; filename="Gro_e _1_.png"; filename*=UTF-8''Gr%C3%B6%C3%9Fe%20_1_.png`,
      'Content-Security-Policy': "sandbox; default-src 'none'",
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Cache-Control': 'private, max-age=600',
      ETag: expect.any(String),
    });
    const { body: text } = await upload('a.txt', Buffer.from('tea'));
    const { headers: ofText } = await asVisitor('downloadVisitorAttachment', { params: { attachmentId: text.id } });
    expect(ofText).toMatchObject({
      'Content-Type': 'text/plain; charset=utf-8',
      'Content-Disposition': expect.stringMatching(/^attachment; /),
      'Cache-Control': 'private, no-cache',
    });
  });

  test('is opened by no address that has lapsed, was changed, or is of another file', async () => {
    const { body: file } = await upload();
    const { body: other } = await upload();
    const changed = file.url.replace(/.$/, (last: string) => (last === 'A' ? 'Q' : 'A'));
    for (const url of [changed, file.url.replace(file.id, other.id), file.url.replace(/ticket=.*/, 'ticket=x')]) {
      expect(await open(url)).toMatchObject({ status: 404, body: { type: '/problems#not-found' } });
    }
    expect((await open(file.url)).status).toBe(200);
    world.env.advance(2 * ticketMs);
    expect((await open(file.url)).status).toBe(404);
  });

  test('that has not been sent is for its own side alone', async () => {
    const { body: visitors } = await upload();
    const { body: agents } = await uploadAsAgent();
    expect((await asAgent('downloadAttachment', { params: { attachmentId: visitors.id } })).status).toBe(404);
    expect((await asVisitor('downloadVisitorAttachment', { params: { attachmentId: agents.id } })).status).toBe(404);
  });

  test('of another visitor cannot be read with a token', async () => {
    const { body: file } = await upload();
    await post({ attachmentIds: [file.id] });
    const bob = world.newVisitor(acme);
    await threadOf(bob);
    const params = { attachmentId: file.id };
    expect((await world.call(routes, 'downloadVisitorAttachment', { as: bob, params })).status).toBe(404);
  });

  test('whose bytes are lost is not found, and the log names the request that found it so', async () => {
    const { body: file } = await upload();
    for (const key of keys()) await world.deps.files.remove(key);
    expect((await open(file.url)).status).toBe(404);
    const requestId = expect.stringMatching(/^request-\d+$/);
    expect(world.logged).toMatchObject([{ event: 'attachment.lost', attachmentId: file.id, requestId }]);
  });
});

describe('removal', () => {
  test('of a conversation takes its files along, sent or not, and no others', async () => {
    const { body: file } = await upload();
    await post({ attachmentIds: [file.id] });
    await upload();
    const elsewhere = await upload('a.png', png, await threadOf(ann));
    const owner = { as: { user: acme.owner }, params: { clientId: acme.storage.clientId, conversationId } };
    expect((await world.call(routes, 'deleteConversation', owner)).status).toBe(204);
    const kept = await acme.storage.attachments.find(elsewhere.body.id);
    expect(keys()).toEqual([kept?.storageKey]);
    expect((await open(file.url)).status).toBe(404);
  });

  test('of a client takes the files of all of its conversations along', async () => {
    await upload();
    await upload('a.png', png, await threadOf(ann));
    const { storage, owner } = acme;
    const caller = { kind: 'member', user: owner, role: 'owner', clientId: storage.clientId, storage } as const;
    const { name } = await storage.client.get();
    await removeClient(world.deps, { caller, confirmName: name, requestId: 'r1' });
    await expect.poll(keys).toEqual([]);
  });

  test('sweeps what no message has taken up within a day, once', async () => {
    const { body: sent } = await upload();
    await post({ attachmentIds: [sent.id] });
    await upload();
    world.env.advance(unsentMs - 1);
    const young = await uploadAsAgent();
    expect(await sweepUnsent(world.deps)).toBe(0);
    world.env.advance(1);
    expect(await sweepUnsent(world.deps)).toBe(1);
    expect(await sweepUnsent(world.deps)).toBe(0);
    const left = (await acme.storage.attachments.list({}, { limit: 10 })).items;
    expect(left.map(({ id }) => id)).toEqual([sent.id, young.body.id]);
    expect(keys().sort()).toEqual(left.map(({ storageKey }) => storageKey).sort());
  });
});
