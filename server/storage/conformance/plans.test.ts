import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { recordStatements } from '../../testing/record-statements.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../database/database-storage.ts';
import type { ConversationFilter } from '../repositories/conversations.ts';
import type { ClientStorage } from '../storage.ts';
import { createTestEnvironment } from './harness.ts';
import { addClient, addMember, addVisitor, addWidget } from './worlds.ts';

/*
 * A list must cost the same however long it is: read in order from an index, never sorted. The plans are looked at as
 * Postgres makes them for a prepared statement, without knowing the values.
 */

const CONVERSATIONS = 60_000;
const PAGE = 50;
const BUFFERS_MAX = 60;

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
       case when n % 100 = 0 then ${big(ids.rareWidget)} else ${big(ids.widget)} end,
       case when n % 1000 = 0 then ${big(ids.visitor)} when n % 3 = 0 then ${big(ids.busyVisitor)} end,
       case when n % 5 < 3 then ${big(ids.member)} end,
       case when n % 50 = 0 then 'snoozed' when n % 20 = 0 then 'waiting' when n % 4 = 0 then 'open' else 'closed' end,
       '{}', 1, 1, 0, 0, now(), now() - random() * interval '300 days'
     from generate_series(1, $2::integer) n`,
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

interface PlanNode {
  'Node Type': string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  Plans?: PlanNode[];
}

/** How Postgres runs the one statement that `work` sends. */
async function planOf(work: () => Promise<unknown>): Promise<{ nodes: string[]; buffers: number }> {
  const recording = recordStatements();
  await work().finally(recording.stop);
  const { text, values } = recording.statements.find((statement) => /^\s*select .* from /is.test(statement.text))!;
  await planner.query(`prepare recorded as ${text}`);
  const given = values.map((value) => pg.escapeLiteral(value instanceof Date ? value.toISOString() : String(value)));
  const { rows } = await planner.query(
    `explain (analyze, buffers, format json) execute recorded${given.length > 0 ? `(${given.join(', ')})` : ''}`,
  );
  await planner.query('deallocate recorded');
  const plan: PlanNode = rows[0]['QUERY PLAN'][0].Plan;
  return { nodes: nodeTypes(plan), buffers: plan['Shared Hit Blocks'] + plan['Shared Read Blocks'] };
}

function nodeTypes(node: PlanNode): string[] {
  return [node['Node Type'], ...(node.Plans ?? []).flatMap(nodeTypes)];
}

/** Plans of the first page of a list and of one in the middle. */
async function plansOf(list: (cursor: string | undefined) => Promise<unknown>, middle: string) {
  return { first: await planOf(() => list(undefined)), middle: await planOf(() => list(middle)) };
}

function expectCheap(plan: { nodes: string[]; buffers: number }): void {
  expect(plan.nodes.filter((node) => /sort|seq scan|bitmap/i.test(node))).toEqual([]);
  expect(plan.buffers).toBeLessThanOrEqual(BUFFERS_MAX);
}

/** The cursor behind the first half of a list. */
async function middleOf(filter: ConversationFilter): Promise<string> {
  let cursor: string | undefined;
  const { items } = await client.conversations.list(filter, { limit: 1 });
  expect(items).toHaveLength(1);
  const where = Object.entries({ status: filter.status, widget_id: filter.widgetId, visitor_id: filter.visitorId })
    .filter(([, value]) => value !== undefined)
    .map(([column, value]) => `and ${column} = '${value}'`)
    .join(' ');
  const assignee =
    filter.assigneeId === undefined
      ? ''
      : `and assignee_id is not distinct from ${filter.assigneeId === null ? 'null' : `'${filter.assigneeId}'`}`;
  const { rows } = await planner.query(
    `select updated_at, id from conversations where client_id = $1 ${where} ${assignee} order by 1 desc, 2 desc
     offset (select count(*) / 2 from conversations where client_id = $1 ${where} ${assignee}) limit 1`,
    [client.clientId],
  );
  const { encodeInstantCursor } = await import('../cursor.ts');
  cursor = encodeInstantCursor({ at: rows[0].updated_at, id: rows[0].id });
  return cursor;
}

const filters: [title: string, filter: () => ConversationFilter][] = [
  ['all', () => ({})],
  ['by a common status', () => ({ status: 'closed' })],
  ['by a rare status', () => ({ status: 'snoozed' })],
  ['by a widget with nearly all', () => ({ widgetId: ids.widget })],
  ['by a widget with few', () => ({ widgetId: ids.rareWidget })],
  ['by a visitor with few', () => ({ visitorId: ids.visitor })],
  ['by a visitor with many', () => ({ visitorId: ids.busyVisitor })],
  ['by assignee', () => ({ assigneeId: ids.member })],
  ['unassigned', () => ({ assigneeId: null })],
  ['open and unassigned', () => ({ status: 'open', assigneeId: null })],
  ['waiting, by assignee', () => ({ status: 'waiting', assigneeId: ids.member })],
  ['open, by widget', () => ({ status: 'open', widgetId: ids.widget })],
  ['unassigned, by widget with few', () => ({ widgetId: ids.rareWidget, assigneeId: null })],
];

describe('a page of conversations', () => {
  test.each(filters)('%s is read in order, and in the middle costs about the same', async (_title, filter) => {
    const given = filter();
    const list = (cursor: string | undefined) => client.conversations.list(given, { limit: PAGE, cursor });
    const { first, middle } = await plansOf(list, await middleOf(given));
    console.log(_title, first, middle);
    expectCheap(first);
    expectCheap(middle);
    expect(middle.buffers).toBeLessThanOrEqual(first.buffers * 1.5);
  });
});

describe('a page of a long thread', () => {
  const ranges = { newest: {}, older: { before: 10_000 }, missed: { after: 10_000 } };
  test.each(Object.entries(ranges))('%s is read in order', async (_title, range) => {
    expectCheap(await planOf(() => client.messages.list(ids.hot, { ...range, limit: PAGE })));
  });
});

test('a page of the audit log is read in order', async () => {
  const list = (cursor?: string) => client.audit.list({ limit: PAGE, cursor });
  const { nextCursor } = await list();
  const { first, middle } = await plansOf(list, nextCursor!);
  expectCheap(first);
  expectCheap(middle);
});

describe('a look-up by what a stranger holds reads a handful of pages', () => {
  const lookups: [title: string, work: () => Promise<unknown>][] = [
    ['widget by public key', () => storage.directory.findWidgetByPublicKey('x')],
    ['API key by hash', () => storage.directory.findApiKeyByHash('x')],
    ['membership', () => storage.accounts.findMembership(ids.member, client.clientId)],
    ['conversation', () => client.conversations.find(ids.hot)],
    ['message', () => client.messages.find(ids.hot, ids.hot)],
  ];
  test.each(lookups)('%s', async (_title, work) => {
    expect((await planOf(work)).buffers).toBeLessThanOrEqual(10);
  });
});

test('what is due is found without reading what is not', async () => {
  const conversations = await planOf(() => storage.directory.listConversationsDueToWake(new Date(), 20));
  expect(conversations.nodes).not.toContain('Seq Scan');
  expect(conversations.buffers).toBeLessThanOrEqual(BUFFERS_MAX);
});
