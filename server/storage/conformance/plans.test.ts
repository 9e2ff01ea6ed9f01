import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { encodeInstantCursor } from '../cursor.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../database/database-storage.ts';
import type { ConversationFilter } from '../repositories/conversations.ts';
import type { ClientStorage } from '../storage.ts';
import { createTestEnvironment } from './harness.ts';
import { BUFFERS_MAX, expectCheap, planOf } from './query-plans.ts';
import { addClient, addMember, addVisitor, addWidget } from './worlds.ts';

/*
 * A list must cost the same however long it is: read in order from an index, never sorted. The plans are looked at as
 * Postgres makes them for a prepared statement, without knowing the values.
 */

const CONVERSATIONS = 60_000;
const PAGE = 50;

let database: TestDatabase;
let storage: DatabaseStorage;
let client: ClientStorage;
let planner: pg.Client;
const ids = { widget: '', rareWidget: '', visitor: '', busyVisitor: '', member: '', hot: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openDatabaseStorage({ url: database.url, env: createTestEnvironment() });
  planner = new pg.Client({ connectionString: database.url });
  await planner.connect();
  const other = await addClient(storage, 'Other');
  ({ client } = await addClient(storage, 'Big'));
  ids.member = (await addMember(storage, client)).id;
  ids.widget = (await addWidget(client)).id;
  ids.rareWidget = (await addWidget(client)).id;
  ids.visitor = (await addVisitor(client, ids.widget)).id;
  ids.busyVisitor = (await addVisitor(client, ids.widget)).id;
  await plant(client.clientId, CONVERSATIONS);
  await plant(other.client.clientId, 5_000);
  await planner.query('vacuum analyze');
  await planner.query('set plan_cache_mode = force_generic_plan');
  await planner.query('set random_page_cost = 1.1');
}, 120_000);
afterAll(async () => {
  await planner.end();
  await storage.close();
  await database.drop();
});

/** Conversations in no order that an index has, one of them with a long thread; and a long audit log. */
async function plant(clientId: ClientId, conversations: number): Promise<void> {
  const isBig = clientId === client.clientId;
  const big = (id: string) => (isBig ? `'${id}'::uuid` : 'null::uuid');
  await planner.query(
    `insert into conversations (client_id, id, widget_id, visitor_id, assignee_id, status, tags, message_count,
       last_sequence, visitor_read_sequence, agent_read_sequence, created_at, updated_at)
     select $1, gen_random_uuid(),
       case when r.widget < 0.02 then ${big(ids.rareWidget)} else ${big(ids.widget)} end,
       case when r.visitor < 0.002 then ${big(ids.visitor)} when r.visitor < 0.3 then ${big(ids.busyVisitor)} end,
       case when r.assignee < 0.7 then ${big(ids.member)} end,
       case when r.status < 0.02 then 'snoozed' when r.status < 0.05 then 'waiting' when r.status < 0.25 then 'open'
         else 'closed' end,
       '{}', 1, 1, 0, 0, now(), now() - random() * interval '300 days'
     from (select random() as widget, random() as visitor, random() as assignee, random() as status
       from generate_series(1, $2::integer)) r`,
    [clientId, conversations],
  );
  const { rows } = await planner.query('select id from conversations where client_id = $1 limit 1', [clientId]);
  if (isBig) ids.hot = rows[0].id;
  const messages = `insert into messages (client_id, conversation_id, sequence, id, role, content, created_at)`;
  await planner.query(
    `${messages} select client_id, id, 1, gen_random_uuid(), 'user', repeat('x', 200), now()
    from conversations where client_id = $1`,
    [clientId],
  );
  await planner.query(
    `${messages} select $1, $2, n, gen_random_uuid(), 'user', repeat('x', 200), now()
    from generate_series(2, 20000) n order by random()`,
    [clientId, rows[0].id],
  );
  await planner.query(
    `insert into audit_log (client_id, id, actor_kind, actor_name, action, target_type, target_id, created_at)
     select $1, gen_random_uuid(), 'system', 'x', 'widget.updated', 'widget', 'w', now() from generate_series(1, 20000)`,
    [clientId],
  );
}

/** Plans of the first page of a list and of one in the middle. */
async function plansOf(list: (cursor: string | undefined) => Promise<unknown>, middle: string) {
  return { first: await planOf(planner, () => list(undefined)), middle: await planOf(planner, () => list(middle)) };
}

/** The cursor behind the first half of a list. */
async function middleOf(filter: ConversationFilter): Promise<string> {
  const columns = { status: 'status', widgetId: 'widget_id', visitorId: 'visitor_id', assigneeId: 'assignee_id' };
  const wanted = Object.entries(filter).map(([key, value]) => {
    const column = columns[key as keyof ConversationFilter];
    return value === null ? `${column} is null` : `${column} = ${pg.escapeLiteral(value)}`;
  });
  const from = ['from conversations where client_id = $1', ...wanted].join(' and ');
  const { rows } = await planner.query<{ at: Date; id: string }>(
    `select updated_at as at, id ${from} order by 1 desc, 2 desc offset (select count(*) / 2 ${from}) limit 1`,
    [client.clientId],
  );
  return encodeInstantCursor(rows[0]!);
}

type Filters = [title: string, filter: () => ConversationFilter][];

const oneFilter: Filters = [
  ['all', () => ({})],
  ['by a common status', () => ({ status: 'closed' })],
  ['by a rare status', () => ({ status: 'snoozed' })],
  ['by a widget with nearly all', () => ({ widgetId: ids.widget })],
  ['by a widget with few', () => ({ widgetId: ids.rareWidget })],
  ['by a visitor with few', () => ({ visitorId: ids.visitor })],
  ['by a visitor with many', () => ({ visitorId: ids.busyVisitor })],
  ['by assignee', () => ({ assigneeId: ids.member })],
  ['unassigned', () => ({ assigneeId: null })],
];

const twoFilters: Filters = [
  ['open and unassigned', () => ({ status: 'open', assigneeId: null })],
  ['waiting, by assignee', () => ({ status: 'waiting', assigneeId: ids.member })],
  ['closed, by assignee', () => ({ status: 'closed', assigneeId: ids.member })],
  ['open, by widget', () => ({ status: 'open', widgetId: ids.widget })],
  ['snoozed, by widget with few', () => ({ status: 'snoozed', widgetId: ids.rareWidget })],
  ['by assignee and widget with few', () => ({ widgetId: ids.rareWidget, assigneeId: ids.member })],
  ['unassigned, by widget with few', () => ({ widgetId: ids.rareWidget, assigneeId: null })],
];

async function expectCheapPages(filter: ConversationFilter, buffersMax: number): Promise<void> {
  const list = (cursor: string | undefined) => client.conversations.list(filter, { limit: PAGE, cursor });
  const { first, middle } = await plansOf(list, await middleOf(filter));
  expectCheap(first, buffersMax);
  expectCheap(middle, buffersMax);
  expect(middle.buffers).toBeLessThanOrEqual(first.buffers * 1.5);
}

describe('a page of conversations is read in order, and in the middle costs about as much as at the start', () => {
  test.each(oneFilter)('%s', (_title, filter) => expectCheapPages(filter(), BUFFERS_MAX));
  // The second filter is checked in the index, which takes a few more pages of it.
  test.each(twoFilters)('%s', (_title, filter) => expectCheapPages(filter(), 2 * BUFFERS_MAX));
});

describe('a page of a long thread', () => {
  const ranges = { newest: {}, older: { before: 10_000 }, missed: { after: 10_000 } };
  test.each(Object.entries(ranges))('%s is read in order', async (_title, range) => {
    expectCheap(await planOf(planner, () => client.messages.list(ids.hot, { ...range, limit: PAGE })));
  });
});

test('a page of the audit log is read in order', async () => {
  const list = (cursor?: string) => client.audit.list({ limit: PAGE, cursor });
  const { nextCursor } = await list();
  const { first, middle } = await plansOf(list, nextCursor!);
  expectCheap(first);
  expectCheap(middle);
});

test('a page of messages that are exported costs at the end what it costs at the start', async () => {
  const { clientId } = client;
  const { rows } = await planner.query<{ conversationId: string; sequence: number }>(
    `select conversation_id as "conversationId", sequence from messages where client_id = $1
     order by conversation_id desc, sequence desc offset 100 limit 1`,
    [clientId],
  );
  const late = { clientId, ...rows[0]! };
  const page = (after?: typeof late) =>
    storage.transfer.snapshot((reader) => reader.read('messages', { clientId, after, limit: PAGE }));
  expectCheap(await planOf(planner, () => page()));
  expectCheap(await planOf(planner, () => page(late)));
});

describe('a look-up by what a stranger holds reads a handful of pages', () => {
  const lookups: [title: string, work: () => Promise<unknown>][] = [
    ['widget by public key', () => storage.directory.findWidgetByPublicKey('x')],
    ['API key by hash', () => storage.directory.findApiKeyByHash('x')],
    ['membership', () => storage.accounts.findMembership(ids.member, client.clientId)],
    ['conversation', () => client.conversations.find(ids.hot)],
    ['message', () => client.messages.find(ids.hot, ids.hot)],
    ['names of a page’s visitors', () => client.visitors.namesOf([ids.visitor, ids.busyVisitor])],
  ];
  test.each(lookups)('%s', async (_title, work) => {
    expect((await planOf(planner, work)).buffers).toBeLessThanOrEqual(10);
  });
});

test('conversations are counted in an index, and no further than to the bound', async () => {
  // An older snapshot may have kept the vacuum before from marking pages as visible to all.
  await planner.query('vacuum conversations');
  const { nodes, buffers } = await planOf(planner, () => client.counts.conversations());
  expect(nodes.filter((node) => /sort|seq scan|bitmap/i.test(node))).toEqual([]);
  expect(buffers).toBeLessThanOrEqual(5 * BUFFERS_MAX);
});

test('what is due is found without reading what is not', async () => {
  const conversations = await planOf(planner, () => storage.directory.listConversationsDueToWake(new Date(), 20));
  expect(conversations.nodes).not.toContain('Seq Scan');
  expect(conversations.buffers).toBeLessThanOrEqual(BUFFERS_MAX);
});
