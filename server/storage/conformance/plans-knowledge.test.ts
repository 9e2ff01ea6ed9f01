import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { encodeInstantCursor, encodeOrderCursor } from '../cursor.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../database/database-storage.ts';
import type { ClientStorage } from '../storage.ts';
import { createTestEnvironment } from './harness.ts';
import { BUFFERS_MAX, expectCheap, planOf } from './query-plans.ts';
import { addClient, addConversation, addWidget } from './worlds.ts';

/* As for conversations and messages: a list of documents, chunks, receipts or calls costs the same however long it is. */

const ROWS = 20_000;
const PAGE = 50;

let database: TestDatabase;
let storage: DatabaseStorage;
let client: ClientStorage;
let planner: pg.Client;
const ids = { widget: '', rareWidget: '', conversation: '', document: '' };

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openDatabaseStorage({ url: database.url, env: createTestEnvironment() });
  planner = new pg.Client({ connectionString: database.url });
  await planner.connect();
  ({ client } = await addClient(storage, 'Big'));
  ids.widget = (await addWidget(client)).id;
  ids.rareWidget = (await addWidget(client)).id;
  ids.conversation = (await addConversation(client)).id;
  await plant(client.clientId);
  ids.document = (await client.documents.list({ limit: 1 })).items[0]!.id;
  await planner.query(
    `insert into chunks (client_id, id, document_id, version, number, part_number, title_path, start, "end", text, edited,
       hidden)
     select $1, gen_random_uuid(), $2, 0, n, 1, '{}', 0, 9, repeat('x', 500), false, false
     from generate_series(1, ${ROWS}) n order by random()`,
    [client.clientId, ids.document],
  );
  await planner.query(
    `insert into document_parts (client_id, document_id, version, number, title, text)
     select $1, $2, 0, n, 'x', repeat('x', 500) from generate_series(1, ${ROWS}) n order by random()`,
    [client.clientId, ids.document],
  );
  await planner.query('vacuum analyze');
  await planner.query('set plan_cache_mode = force_generic_plan');
  await planner.query('set random_page_cost = 1.1');
}, 120_000);
afterAll(async () => {
  await planner.end();
  await storage.close();
  await database.drop();
});

/** Rows in no order that an index has. */
async function plant(clientId: ClientId): Promise<void> {
  const when = "now() - random() * interval '300 days'";
  await planner.query(
    `insert into documents (client_id, id, kind, name, status, progress, version, begun_version, page_count, word_count,
       chunk_count, created_at, updated_at)
     select $1, gen_random_uuid(), 'text', 'x', 'ready', 1000, 0, 0, 1, 1, 1, ${when}, now()
     from generate_series(1, ${ROWS})`,
    [clientId],
  );
  await planner.query(
    `insert into answer_receipts (client_id, question_message_id, conversation_id, widget_id, answer_message_id, question,
       question_key, answer, outcome, engine, passages, steps, tokens_in, tokens_out, cost_micros, duration_ms,
       confidence, worst_order, created_at)
     select $1, gen_random_uuid(), $2, case when r.n < 0.02 then $4 else $3 end::uuid, gen_random_uuid(), 'x',
       'k' || (r.n * 10000)::integer, 'x', case when r.n < 0.3 then 'unknown' else 'answered' end, 'knowledge', '[]', '[]',
       0, 0, 0, 1, r.n, case when r.n < 0.3 then -1 else r.n end, ${when}
     from (select random() as n from generate_series(1, ${ROWS})) r`,
    [clientId, ids.conversation, ids.widget, ids.rareWidget],
  );
  await planner.query(
    `insert into webhook_calls (client_id, id, widget_id, conversation_id, question_message_id, url, output, outcome,
       duration_ms, created_at)
     select $1, gen_random_uuid(), $2, $3, gen_random_uuid(), 'x', 'x', 'answered', 1, ${when}
     from generate_series(1, ${ROWS})`,
    [clientId, ids.widget, ids.conversation],
  );
  await planner.query(
    `insert into jobs (client_id, kind, subject_id, run_at, attempts, created_at)
     select $1, case when n % 2 = 0 then 'ingest' else 'answer' end, gen_random_uuid(), ${when}, 0, now()
     from generate_series(1, ${ROWS}) n`,
    [clientId],
  );
}

/** Instants that half of the rows are older than. */
const middle = { at: new Date(Date.now() - 150 * 24 * 3_600_000), id: '80000000-0000-4000-8000-000000000000' };
const byInstant = encodeInstantCursor(middle);

type Lists = [title: string, cursor: string, list: (page: { limit: number; cursor?: string }) => Promise<unknown>][];

const lists: Lists = [
  ['documents', byInstant, (page) => client.documents.list(page)],
  ['receipts', byInstant, (page) => client.receipts.list({}, page)],
  ['receipts of a widget with nearly all', byInstant, (page) => client.receipts.list({ widgetId: ids.widget }, page)],
  ['receipts of a widget with few', byInstant, (page) => client.receipts.list({ widgetId: ids.rareWidget }, page)],
  [
    'the worst receipts',
    encodeOrderCursor({ ...middle, order: 0.6 }),
    (page) => client.receipts.list({ order: 'worst' }, page),
  ],
  ['calls of a workflow', byInstant, (page) => client.webhooks.list(ids.widget, page)],
];

describe('a page is read in order, and in the middle costs about as much as at the start', () => {
  test.each(lists)('%s', async (_title, cursor, list) => {
    const first = await planOf(planner, () => list({ limit: PAGE }));
    const later = await planOf(planner, () => list({ limit: PAGE, cursor }));
    expectCheap(first);
    expectCheap(later);
    expect(later.buffers).toBeLessThanOrEqual(first.buffers * 1.5);
  });

  test('chunks and parts of a long document', async () => {
    const range = { after: ROWS / 2, limit: PAGE };
    expectCheap(await planOf(planner, () => client.chunks.list(ids.document, range)));
    expectCheap(await planOf(planner, () => client.documents.listParts(ids.document, range)));
  });
});

test('jobs are claimed without reading those that are not taken', async () => {
  const kinds = ['ingest', 'answer'] as const;
  const { nodes, buffers } = await planOf(planner, () => storage.queue.claim({ kinds, limit: 4, leaseMs: 1_000 }));
  expect(nodes.filter((node) => /seq scan|bitmap/i.test(node))).toEqual([]);
  // Each of the four is also written, in the table and its indexes.
  expect(buffers).toBeLessThanOrEqual(2 * BUFFERS_MAX);
});
