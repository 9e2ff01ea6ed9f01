import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cluster, startCluster } from '../../lib/postgres-server/cluster.ts';
import { findPrograms } from '../../lib/postgres-server/find-programs.ts';
import { createTestEnvironment } from '../conformance/harness.ts';
import { addClient, addConversation, errorOf, messageInput } from '../conformance/worlds.ts';
import { StorageUnavailableError } from '../errors.ts';
import type { ClientStorage } from '../storage.ts';
import { createPool } from './connection.ts';
import { type DatabaseStorage, openDatabaseStorage } from './database-storage.ts';
import { query } from './lease.ts';
import { migrateDatabase } from './migrate.ts';

let dataDir: string;
let cluster: Cluster;
let storage: DatabaseStorage;
let client: ClientStorage;

async function start(port = 0): Promise<void> {
  cluster = await startCluster({
    programs: await findPrograms({ searchPath: process.env.PATH }),
    dataDir,
    durable: true,
    port,
  });
}

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'confab-outage-'));
  await start();
  await migrateDatabase({ url: cluster.adminUrl });
  storage = await openDatabaseStorage({ url: cluster.adminUrl, env: createTestEnvironment() });
  ({ client } = await addClient(storage));
});
afterAll(async () => {
  await storage.close();
  await cluster.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

test('while Postgres is away everything is unavailable, and when it is back everything goes on by itself', async () => {
  const { id } = await addConversation(client);
  await client.messages.append(messageInput(id, { clientMessageId: 'before' }));
  const { port } = cluster;
  await cluster.stop();

  const attempts = [
    () => storage.ping(),
    () => client.conversations.find(id),
    () => client.conversations.list({}, { limit: 1 }),
    () => client.client.update({ name: 'B' }),
    () => client.members.remove(id),
    () => storage.transaction((scope) => scope.forClient(client.clientId).client.get()),
    () => client.messages.append(messageInput(id, { clientMessageId: 'during' })),
  ];
  for (const attempt of [...attempts, ...attempts]) {
    expect(await errorOf(attempt())).toBeInstanceOf(StorageUnavailableError);
  }
  const many = Array.from({ length: 1_000 }, () => client.messages.append(messageInput(id)));
  for (const outcome of await Promise.allSettled(many)) {
    expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(StorageUnavailableError) });
  }

  await start(port);
  await storage.ping();
  const append = (clientMessageId: string) => client.messages.append(messageInput(id, { clientMessageId }));
  expect(await append('before')).toMatchObject({ repeated: true, message: { sequence: 1 } });
  expect(await append('during')).toMatchObject({ repeated: false, message: { sequence: 2 } });
});

test('messages that are under way when Postgres crashes are stored once when they are sent again', async () => {
  const { id } = await addConversation(client);
  const inputs = Array.from({ length: 500 }, (_, n) => messageInput(id, { clientMessageId: `${n}`, content: `${n}` }));
  const sent = inputs.map((input) => client.messages.append(input));
  await sent[0];
  const { port } = cluster;
  process.kill(cluster.pid, 'SIGQUIT');
  for (const outcome of await Promise.allSettled(sent)) {
    if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(StorageUnavailableError);
  }
  await cluster.stop();
  await start(port);

  const again = await Promise.all(inputs.map((input) => client.messages.append(input)));
  const sequences = again.map(({ message }) => message.sequence).sort((a, b) => a - b);
  expect(sequences).toEqual(inputs.map((_, n) => n + 1));
  expect(await client.conversations.find(id)).toMatchObject({ messageCount: 500, lastSequence: 500 });
});

test('a statement that is not answered in time ends with its connection, and the pool goes on', async () => {
  const pool = await createPool({ url: cluster.adminUrl, max: 1 });
  await expect(query(pool, { text: 'select pg_sleep(60)' }, undefined, 50)).rejects.toThrow(/terminated/);
  expect((await query(pool, { text: 'select 1 as one' }, undefined)).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('a statement that is refused keeps its connection', async () => {
  const pool = await createPool({ url: inject('postgres').adminUrl, max: 1 });
  const pid = async () => (await query(pool, { text: 'select pg_backend_pid() as pid' }, undefined)).rows[0].pid;
  const before = await pid();
  await expect(query(pool, { text: 'select 1 / 0' }, undefined)).rejects.toMatchObject({ code: '22012' });
  expect(await pid()).toBe(before);
  await pool.end();
});
