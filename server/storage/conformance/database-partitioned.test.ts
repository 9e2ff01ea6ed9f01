import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, test } from 'vitest';
import { projectPath } from '../../lib/paths.ts';
import { withConnection } from '../../testing/databases.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { openDatabaseStorage } from '../database/database-storage.ts';
import { readSchemaState } from '../database/schema-state.ts';
import type { ClientStorage } from '../storage.ts';
import { concurrencySuite } from './concurrency.suite.ts';
import { conversationsSuite } from './conversations.suite.ts';
import { databaseHarness } from './database-harness.ts';
import { createTestEnvironment } from './harness.ts';
import { messagesSuite } from './messages.suite.ts';
import { expectCheap, planOf } from './query-plans.ts';
import { addClient, addConversation, messageInput } from './worlds.ts';

/** What `docs/scaling.md` tells an operator to run. */
const partition = readFileSync(projectPath('docs/sql/partition-messages.sql'), 'utf8');

const partitioned = databaseHarness(async (url) => {
  await withConnection(url, (client) => client.query(partition));
  return { url };
});

describe('DatabaseStorage with messages in partitions', () => {
  messagesSuite(partitioned);
  conversationsSuite(partitioned);
  concurrencySuite(partitioned);
});

test('a table with messages in it is split without losing one, and passes for the table it was', async () => {
  const database = await createTestDatabase();
  const storage = await openDatabaseStorage({ url: database.url, env: createTestEnvironment() });
  const clients: ClientStorage[] = [];
  for (let n = 0; n < 20; n++) clients.push((await addClient(storage)).client);
  const conversations = await Promise.all(clients.map((client) => addConversation(client)));
  const send = (n: number) =>
    clients[n % 20]!.messages.append(messageInput(conversations[n % 20]!.id, { clientMessageId: `m${n}` }));
  await Promise.all(Array.from({ length: 400 }, (_, n) => send(n)));
  const all = 'select * from messages order by client_id, conversation_id, sequence';
  const rows = async () => (await storage.pool.query(all)).rows;
  const before = await rows();

  await withConnection(database.url, (client) => client.query(partition));
  expect(before).toHaveLength(400);
  expect(await rows()).toEqual(before);
  const used = await storage.pool.query('select count(distinct tableoid)::int as n from messages');
  expect(used.rows[0].n).toBeGreaterThan(5);
  expect((await readSchemaState(storage.pool, { thorough: true })).differences).toEqual([]);
  // Over connections that have prepared their statements before: sent again they are known, and new ones are numbered on.
  expect(await send(3)).toMatchObject({ repeated: true });
  expect(await send(403)).toMatchObject({ repeated: false, message: { sequence: 21 } });

  const planner = new pg.Client({ connectionString: database.url });
  await planner.connect();
  await planner.query('set plan_cache_mode = force_generic_plan; set random_page_cost = 1.1; set enable_seqscan = off');
  const plan = await planOf(planner, () => clients[0]!.messages.list(conversations[0]!.id, { limit: 50 }));
  expectCheap(plan, 10);
  await planner.end();
  await storage.close();
  await database.drop();
});
