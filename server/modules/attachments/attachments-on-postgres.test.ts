import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Route } from '../../http/route.ts';
import { databaseHarness } from '../../storage/conformance/database-harness.ts';
import type { StorageHarness } from '../../storage/conformance/harness.ts';
import { addConversation } from '../../storage/conformance/worlds.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from '../../testing/route-world.ts';
import { deleteConversation } from '../conversations/delete-conversation.ts';
import { visitorRoutes } from '../visitors/visitors.routes.ts';
import { attachmentsRoutes } from './attachments.routes.ts';

let harness: StorageHarness;
let world: RouteWorld;
let routes: Route[];
let acme: Tenant;
let ann: { visitorId: string; token: string };
let params: { conversationId: string };

beforeAll(async () => {
  harness = await databaseHarness()();
});
afterAll(() => harness.close());
beforeEach(async () => {
  world = await createRouteWorld(harness);
  routes = [...attachmentsRoutes(world.deps), ...visitorRoutes(world.deps, world.widgetDirectory)];
  acme = await world.addTenant();
  ann = world.newVisitor(acme);
  await acme.storage.visitors.see({ id: ann.visitorId, widgetId: acme.widget.id });
  params = { conversationId: (await addConversation(acme.storage, { visitorId: ann.visitorId })).id };
});

const upload = () =>
  world.call(routes, 'uploadVisitorAttachment', {
    as: ann,
    params,
    query: 'name=note.txt',
    upload: [Buffer.from('tea')],
  });
const post = (clientMessageId: string, attachmentIds: string[]) =>
  world.call(routes, 'postVisitorMessage', { as: ann, params, body: { content: '', clientMessageId, attachmentIds } });
const times = <T>(count: number, work: (n: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, n) => work(n)));

test('a message with files that is sent many times at once is stored once, and each time answered with its files', async () => {
  const { body: file } = await upload();
  const answers = await times(8, () => post('m1', [file.id]));
  for (const { status, body } of answers) expect([status, body]).toEqual([201, answers[0]?.body]);
  expect(answers[0]?.body).toMatchObject({ sequence: 1, attachments: [{ id: file.id, name: 'note.txt' }] });
  expect(world.events.filter(({ name }) => name === 'message.created')).toHaveLength(1);
});

test('of many messages that want the same file one gets it, and the others spend no number', async () => {
  const { body: file } = await upload();
  const answers = await times(8, (n) => post(`m${n}`, [file.id]));
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)]);
  const { lastSequence, lastMessagePreview } = (await acme.storage.conversations.find(params.conversationId))!;
  expect([lastSequence, lastMessagePreview]).toEqual([1, 'note.txt']);
});

test('a conversation that is removed while files go up leaves none of them behind', async () => {
  const uploads = times(8, upload);
  const { clientId } = acme.storage;
  const caller = { kind: 'member', user: acme.owner, role: 'owner', clientId, storage: acme.storage } as const;
  await deleteConversation(world.deps, { caller, ...params, requestId: 'r1' });
  for (const { status } of await uploads) expect([201, 404]).toContain(status);
  expect(world.deps.files.keys()).toEqual([]);
});
