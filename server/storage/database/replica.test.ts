import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { systemEnvironment } from '../../lib/clock-and-ids.ts';
import { databaseUrl, withConnection } from '../../testing/databases.ts';
import { createTestDatabase } from '../../testing/postgres.ts';
import { type ReplicatedCluster, startReplicatedCluster } from '../../testing/replica.ts';
import { addClient, addConversation, messageInput } from '../conformance/worlds.ts';
import type { ClientStorage } from '../storage.ts';
import { createPool } from './connection.ts';
import { type DatabaseStorage, openDatabaseStorage, replicaApplicationName } from './database-storage.ts';
import { migrateDatabase } from './migrate.ts';
import type { ReplicaState } from './replica.ts';

let cluster: ReplicatedCluster;
let said: { state: ReplicaState; reason: string }[];
const opened: DatabaseStorage[] = [];
let storage: DatabaseStorage;
let client: ClientStorage;

beforeAll(async () => {
  cluster = await startReplicatedCluster(inject('postgres').bin);
  await migrateDatabase({ url: cluster.primary.adminUrl });
});
afterAll(() => cluster.stop());

beforeEach(async () => {
  said = [];
  storage = await open();
  ({ client } = await addClient(storage));
  await expectReadsOn('replica');
  said = [];
  return async () => {
    for (const one of opened.splice(0)) await one.close();
    await onReplica('select pg_wal_replay_resume()');
  };
});

/** One server process, as far as storage goes. */
async function open(replicaUrl = cluster.replica.adminUrl): Promise<DatabaseStorage> {
  const process = await openDatabaseStorage({
    url: cluster.primary.adminUrl,
    env: systemEnvironment,
    // Long enough for a busy machine: that a replica is late at all is tested by pausing it.
    replica: { url: replicaUrl, onState: (state, reason) => said.push({ state, reason }), waitMs: 1_000 },
  });
  opened.push(process);
  return process;
}

const onReplica = (text: string) => withConnection(cluster.replica.adminUrl, (c) => c.query(text));

async function countOpen(of = client): Promise<number> {
  return (await of.counts.conversations()).open;
}

/** Who answered the next read that a replica may answer, once it is this one. */
async function expectReadsOn(who: 'replica' | 'primary', of = storage, as = client): Promise<void> {
  const key = who === 'replica' ? 'readsOnReplica' : 'readsOnPrimary';
  const reader = of.forClient(as.clientId);
  const answers = async () => {
    const before = of.replicaNumbers![key];
    await countOpen(reader);
    return of.replicaNumbers![key] - before;
  };
  await expect.poll(answers, { timeout: 15_000, interval: 50 }).toBe(1);
}

test('reports, counts and searches are read from the replica, over connections of its own', async () => {
  const before = storage.replicaNumbers!.readsOnReplica;
  await client.counts.conversations();
  await client.search.find([{ term: 'refund', isPrefix: false }], { limit: 1 });
  await client.passages.search({ text: 'Where is my refund?', limit: 1 });
  await client.receipts.list({}, { limit: 1 });
  await client.receipts.unanswered(1);
  await client.receipts.counts(new Date(0));
  await client.audit.list({ limit: 1 });
  expect(storage.replicaNumbers).toEqual({
    state: 'up',
    readsOnReplica: before + 7,
    readsOnPrimary: expect.anything(),
  });
  const { rows } = await onReplica(
    `select count(*)::int as n from pg_stat_activity where application_name = '${replicaApplicationName}'`,
  );
  expect(rows[0].n).toBeGreaterThan(0);
});

test('each of many writes is seen by the very next read, in whichever process it is done', async () => {
  const other = (await open()).forClient(client.clientId);
  for (let n = 1; n <= 100; n++) {
    await addConversation(n % 2 === 0 ? client : other);
    expect(await countOpen(n % 3 === 0 ? client : other)).toBe(n);
  }
  expect(storage.replicaNumbers!.readsOnReplica).toBeGreaterThan(20);
  expect(said).toEqual([]);
});

test('a replica that does not keep up hides nothing: the primary answers until it has caught up', async () => {
  const other = await open();
  await expectReadsOn('replica', other);
  await onReplica('select pg_wal_replay_pause()');
  await addConversation(client);
  expect(await countOpen()).toBe(1);
  expect(await countOpen(other.forClient(client.clientId))).toBe(1);
  await addConversation(client);
  expect(await countOpen()).toBe(2);
  expect(storage.replicaNumbers!.state).toBe('behind');
  // Of each process once, however many reads there were.
  expect(said.map(({ state }) => state)).toEqual(['behind', 'behind']);

  await onReplica('select pg_wal_replay_resume()');
  await expectReadsOn('replica');
  expect(await countOpen()).toBe(2);
});

test('a log whose last record fills its page is known to be replayed, although nothing follows', async () => {
  // Records of various lengths, until the next one would begin right behind the header of a page.
  await withConnection(cluster.primary.adminUrl, (c) =>
    c.query(`do $$ begin
      for n in 1..200000 loop
        exit when mod(pg_current_wal_insert_lsn() - '0/0'::pg_lsn, 8192) = 24;
        perform pg_logical_emit_message(false, 'test', repeat('x', n % 61));
      end loop;
    end $$`),
  );
  const { readsOnReplica } = storage.replicaNumbers!;
  await countOpen();
  expect(storage.replicaNumbers).toMatchObject({ state: 'up', readsOnReplica: readsOnReplica + 1 });
});

test('a transaction reads what it wrote itself', async () => {
  await storage.transaction(async (scope) => {
    const inside = scope.forClient(client.clientId);
    await addConversation(inside);
    expect(await countOpen(inside)).toBe(1);
    expect(await countOpen()).toBe(0);
  });
});

test('while the replica is away the primary answers, and when it is back it is used again', async () => {
  await addConversation(client);
  await cluster.replica.kill();
  for (let n = 0; n < 5; n++) expect(await countOpen()).toBe(1);
  expect(said.map(({ state }) => state)).toEqual(['away']);
  await cluster.replica.start();
  await expectReadsOn('replica');
  expect(said.map(({ state }) => state)).toEqual(['away', 'up']);
});

test('a read that the replica breaks off is answered by the primary', async () => {
  const { rows } = await onReplica(
    `select pid from pg_stat_activity where application_name = '${replicaApplicationName}' and state = 'idle'`,
  );
  expect(rows.length).toBeGreaterThan(0);
  await onReplica(
    `select pg_terminate_backend(pid) from pg_stat_activity where application_name = '${replicaApplicationName}'`,
  );
  const answers = await Promise.all(Array.from({ length: 10 }, () => countOpen()));
  expect(new Set(answers)).toEqual(new Set([0]));
});

describe('what is no replica is not read from', () => {
  test('the primary itself', async () => {
    const strange = await open(cluster.primary.adminUrl);
    await expectReadsOn('primary', strange);
    expect(said).toEqual([{ state: 'away', reason: 'it is not a replica' }]);
  });

  test('another server', async () => {
    const database = await createTestDatabase();
    const strange = await open(databaseUrl(database.url, 'postgres'));
    await expectReadsOn('primary', strange);
    expect(said).toEqual([{ state: 'away', reason: 'it is a replica of another server' }]);
    await database.drop();
  });
});

test('nothing can be written over the replica’s connections, wherever they lead', async () => {
  for (const url of [cluster.replica.adminUrl, cluster.primary.adminUrl]) {
    const pool = await createPool({ url, settings: { default_transaction_read_only: 'on' } });
    await expect(pool.query('delete from audit_log')).rejects.toMatchObject({ code: '25006' });
    await pool.end();
  }
});

test('messages are stored and read while the replica is paused, killed and started', async () => {
  const { id } = await addConversation(client);
  let stored = 0;
  const send = async (times: number) => {
    for (let n = 0; n < times; n++) {
      await client.messages.append(messageInput(id, { clientMessageId: `m${stored}` }));
      stored++;
      expect(await countOpen()).toBe(1);
    }
  };
  await send(5);
  await onReplica('select pg_wal_replay_pause()');
  await send(5);
  await cluster.replica.kill();
  await send(5);
  await cluster.replica.start();
  await send(5);
  expect((await client.messages.list(id, { limit: 100 })).items).toHaveLength(stored);
});
