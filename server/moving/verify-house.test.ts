import { afterEach, describe, expect, test } from 'vitest';
import { plantEverything } from '../storage/conformance/full-world.ts';
import { createTestEnvironment } from '../storage/conformance/harness.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createMemoryFileStore } from '../testing/memory-file-store.ts';
import { createTestDatabase } from '../testing/postgres.ts';
import { verifyHouse } from './verify-house.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function* bytes(count: number) {
  yield new Uint8Array(count);
}

async function furnished(kind: 'memory' | 'Postgres') {
  const env = createTestEnvironment();
  const files = createMemoryFileStore();
  const { key } = await files.put(bytes(1_000));
  let run = async (_sql: string): Promise<unknown> => undefined;
  const storage = await (async () => {
    if (kind === 'memory') return new MemStorage(env);
    const database = await createTestDatabase();
    closing.push(() => database.drop());
    const opened = await openDatabaseStorage({ url: database.url, env });
    run = (sql) => opened.pool.query(sql);
    return opened;
  })();
  closing.push(() => storage.close());
  const world = await plantEverything(storage, { storageKey: key });
  return { house: { storage, files }, world, key, run: (sql: string) => run(sql) };
}

describe.each(['memory', 'Postgres'] as const)('%s', (kind) => {
  test('is in order when nothing has happened to it', async () => {
    const { house } = await furnished(kind);
    const verified = await verifyHouse(house);
    expect(verified.faults).toEqual([]);
    expect(verified.counts).toMatchObject({ users: 1, clients: 1, messages: 5, attachments: 1 });
  });

  test('is found out when a message, what a conversation says of it, or a file is gone', async () => {
    const { house, world, key } = await furnished(kind);
    const { conversation, row } = world;
    const messages = await house.storage.transfer.snapshot((r) => r.read('messages', { clientId: row.id, limit: 10 }));
    await house.storage.transfer.remove('messages', [messages[1]!]);
    await house.files.remove(key);
    const { faults, faultCount } = await verifyHouse(house);
    expect(faultCount).toBe(3);
    expect(faults).toEqual([
      expect.stringContaining('its file is not in the file store'),
      expect.stringContaining(`there is a gap before its number 3 in conversation ${conversation.id}`),
      expect.stringContaining(`conversations ${conversation.id} of client ${row.id}: it says that it has 5 messages`),
    ]);
  });
});

test('a file that is shorter than it was is found out', async () => {
  const env = createTestEnvironment();
  const files = createMemoryFileStore();
  const { key } = await files.put(bytes(400));
  const storage = new MemStorage(env);
  closing.push(() => storage.close());
  await plantEverything(storage, { storageKey: key });
  const { faults } = await verifyHouse({ storage, files });
  expect(faults).toEqual([
    expect.stringMatching(/^attachments .*: its file has 400 bytes in the file store and should have 1000\.$/),
  ]);
});

test('a row whose parent is missing is found out', async () => {
  const { house, run } = await furnished('Postgres');
  await run(`set session_replication_role = replica; delete from conversation_ratings; delete from client_widgets`);
  const { faults } = await verifyHouse(house);
  expect(faults).toContainEqual(expect.stringContaining('refers to a row of client_widgets that is not there'));
});
