import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { ClientId } from '../../shared/ids.ts';
import type { Config } from '../config.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { announceMessage } from '../modules/conversations/post-message.ts';
import { addClient, addConversation } from '../storage/conformance/worlds.ts';
import { StartError } from '../storage/create-storage.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { type PgBouncer, startPgBouncer } from '../testing/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { testConfig } from '../testing/route-world.ts';
import { createBus, type EventName } from './bus.ts';
import { connectProcesses } from './connect-processes.ts';

let database: TestDatabase;
let bouncer: PgBouncer;
beforeAll(async () => {
  database = await createTestDatabase();
  bouncer = await startPgBouncer(database.url);
});
afterAll(async () => {
  await bouncer.stop?.();
  await database.drop();
});

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** A server process as `main` makes one, watching the given clients. */
async function startProcess(given: Partial<Config>) {
  const config: Config = { ...testConfig, databaseUrl: database.url, ...given };
  const storage = await openDatabaseStorage({ url: config.databaseUrl!, max: 2, env: systemEnvironment });
  opened.push(() => storage.close());
  const bus = createBus((_name, error) => {
    throw error;
  });
  const heard: { name: EventName; event: unknown }[] = [];
  bus.subscribeAll((name, event, origin) => {
    if (origin === 'relay') heard.push({ name, event });
  });
  const watched = new Set<ClientId>();
  const realtime = { makeUpForGap: () => {}, watchedClients: () => watched };
  const deps = { config, storage, bus, log: pino({ level: 'silent' }), now: systemEnvironment.now };
  const processes = await connectProcesses({ deps, pool: storage.pool, realtime });
  opened.push(() => processes.close());
  return { storage, bus, heard, watched, note: processes.note };
}

type Process = Awaited<ReturnType<typeof startProcess>>;

async function say({ storage, bus }: Process, clientId: ClientId, conversationId: string) {
  const client = storage.forClient(clientId);
  const result = await client.messages.append({ conversationId, role: 'user', content: 'Hello' });
  announceMessage(bus, client, result);
  return result;
}

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000 });

test('processes on one database hear each other, with nothing to configure', async () => {
  const [a, b] = [await startProcess({}), await startProcess({})];
  expect([a.note, b.note]).toEqual([undefined, undefined]);
  const { client } = await addClient(a.storage);
  const { message, conversation } = await say(a, client.clientId, (await addConversation(client)).id);
  await until(() => b.heard.length === 1);
  expect(b.heard).toEqual([{ name: 'message.created', event: { clientId: client.clientId, message, conversation } }]);
});

test('behind a pooler they notice each other’s messages of watched clients, and say what would be quicker', async ({
  skip,
}) => {
  if (bouncer.url === undefined) return skip(bouncer.reason);
  const [a, b] = [await startProcess({ databaseUrl: bouncer.url }), await startProcess({ databaseUrl: bouncer.url })];
  expect(b.note).toMatch(/DATABASE_DIRECT_URL.*REDIS_URL/);
  const { client } = await addClient(a.storage);
  const { client: unwatched } = await addClient(a.storage);
  b.watched.add(client.clientId);
  const { id } = await addConversation(client);
  await say(a, unwatched.clientId, (await addConversation(unwatched)).id);
  await say(a, client.clientId, id);
  const second = await say(a, client.clientId, id);
  await until(() => b.heard.filter(({ name }) => name === 'message.created').length === 2);
  expect(
    b.heard.map(({ name, event }) => [name, (event as { message?: { sequence: number } }).message?.sequence]),
  ).toEqual([
    ['conversation.created', undefined],
    ['message.created', 1],
    ['message.created', 2],
  ]);
  expect(b.heard[2]!.event).toEqual({ clientId: client.clientId, ...second, repeated: undefined });
  const closed = await client.conversations.update(id, { status: 'closed' });
  await until(() => b.heard.length === 4);
  expect(b.heard[3]).toEqual({
    name: 'conversation.updated',
    event: { clientId: client.clientId, conversation: closed },
  });
  // What a process does itself it has told already.
  await say(b, client.clientId, id);
  const third = await say(a, client.clientId, id);
  await until(() => b.heard.length === 5);
  expect(b.heard[4]!.event).toMatchObject({ message: { id: third.message.id } });
});

test('behind a pooler they hear each other at once when DATABASE_DIRECT_URL leads past it', async ({ skip }) => {
  if (bouncer.url === undefined) return skip(bouncer.reason);
  const given = { databaseUrl: bouncer.url, databaseDirectUrl: database.url };
  const [a, b] = [await startProcess(given), await startProcess(given)];
  expect(a.note).toBeUndefined();
  a.bus.publish('session.ended', { userId: 'u' });
  await until(() => b.heard.length === 1);
});

test('the start ends with one sentence when the way it was told to take leads nowhere', async ({ skip }) => {
  const refusalOf = async (given: Partial<Config>) => {
    const error = await startProcess(given).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(StartError);
    return (error as Error).message;
  };
  expect(await refusalOf({ databaseDirectUrl: 'postgres://u@127.0.0.1:1/x' })).toMatch(/DATABASE_DIRECT_URL/);
  expect(await refusalOf({ redisUrl: 'redis://:secret@127.0.0.1:1' })).toMatch(
    /^The Redis of REDIS_URL at 127.0.0.1:1 cannot be used \(.*ECONNREFUSED.*\)\.$/,
  );
  if (bouncer.url === undefined) return skip(bouncer.reason);
  expect(await refusalOf({ databaseDirectUrl: bouncer.url })).toMatch(
    /^DATABASE_DIRECT_URL leads through a pooler too/,
  );
});
