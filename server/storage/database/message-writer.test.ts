import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Message } from '../../../shared/schema.ts';
import { withConnection } from '../../testing/databases.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { createTestEnvironment } from '../conformance/harness.ts';
import { addClient, addConversation, messageInput } from '../conformance/worlds.ts';
import { StorageOverloadedError, StorageUnavailableError } from '../errors.ts';
import type { AppendResult, NewMessage } from '../repositories/messages.ts';
import type { ClientStorage } from '../storage.ts';
import { createPool } from './connection.ts';
import { DatabaseStorage } from './database-storage.ts';
import { outgoingMessage } from './message-statement.ts';
import { MessageWriter, writerSettings } from './message-writer.ts';

const env = createTestEnvironment();
let database: TestDatabase;
let writerPool: pg.Pool;
let storage: DatabaseStorage;
let client: ClientStorage;
/** Connections in use by the writer now, at most so far, and how often one was taken: once for each statement. */
const use = { now: 0, most: 0, statements: 0 };

beforeAll(async () => {
  database = await createTestDatabase();
  writerPool = await createPool({ url: database.url, max: 5 });
  writerPool.on('acquire', () => {
    use.statements++;
    use.most = Math.max(use.most, ++use.now);
  });
  writerPool.on('release', () => {
    use.now--;
  });
  storage = new DatabaseStorage({ pool: await createPool({ url: database.url }), writerPool, env });
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});
beforeEach(async () => {
  ({ client } = await addClient(storage));
  use.most = 0;
  use.statements = 0;
});

function sendAll(inputs: NewMessage[]) {
  return Promise.all(inputs.map((input) => client.messages.append(input)));
}

function times<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}

async function stored(conversationId: string): Promise<Message[]> {
  return (await client.messages.list(conversationId, { limit: 100 })).items;
}

/** Keeps others from changing a conversation until the function it resolves to is called. */
async function lock(conversationId: string): Promise<() => Promise<void>> {
  let unlock = () => {};
  const locked = deferred();
  const done = withConnection(database.url, async (connection) => {
    await connection.query('begin');
    await connection.query('select from conversations where id = $1 for update', [conversationId]);
    locked.resolve();
    await new Promise<void>((resolve) => {
      unlock = resolve;
    });
    await connection.query('commit');
  });
  await locked.promise;
  return () => {
    unlock();
    return done;
  };
}

function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('a message at rest is one statement', async () => {
  const { id } = await addConversation(client);
  await client.messages.append(messageInput(id));
  expect(use.statements).toBe(1);
});

test('messages that arrive together share statements, of which two are under way at most', async () => {
  const ids = await Promise.all(times(300, async () => (await addConversation(client)).id));
  const results = await sendAll(times(1_200, (n) => messageInput(ids[n % 300]!, { content: `${n}` })));
  expect(use.statements).toBeLessThan(20);
  expect(use.most).toBe(2);
  expect(results.map(({ message }) => message.content)).toEqual(times(1_200, String));
  expect(results.map(({ message }) => message.sequence)).toEqual(times(1_200, (n) => Math.floor(n / 300) + 1));
});

test('messages of one conversation are numbered in the order in which they were sent', async () => {
  const { id } = await addConversation(client);
  const results = await sendAll(times(600, () => messageInput(id)));
  expect(results.map(({ message }) => message.sequence)).toEqual(times(600, (n) => n + 1));
});

test('each message answers the conversation as it left it, also within a group', async () => {
  const { id } = await addConversation(client);
  const roles = ['user', 'agent', 'system', 'user'] as const;
  const results = await sendAll(times(40, (n) => messageInput(id, { role: roles[n % 4]!, content: `c${n}` })));
  for (const [n, { conversation }] of results.entries()) {
    const read = { visitorReadSequence: n % 4 === 3 ? n + 1 : n - (n % 4) + 1 };
    expect(conversation).toMatchObject({
      messageCount: n + 1,
      lastSequence: n + 1,
      lastMessagePreview: `c${n}`,
      ...read,
    });
  }
  expect(results.at(-1)?.conversation).toEqual(await client.conversations.find(id));
});

test('statuses wanted at the same time follow one another', async () => {
  const { id } = await addConversation(client);
  const wanted = [undefined, 'closed', 'reopen', 'snoozed', undefined, 'reopen', 'waiting', 'reopen'] as const;
  const results = await sendAll(wanted.map((statusAfter) => messageInput(id, statusAfter ? { statusAfter } : {})));
  const after = ['open', 'closed', 'open', 'snoozed', 'snoozed', 'open', 'waiting', 'waiting'];
  expect(results.map(({ conversation }) => conversation.status)).toEqual(after);
  expect((await client.conversations.find(id))?.status).toBe('waiting');
});

test('a message that Postgres refuses fails alone, whatever else is in its group', async () => {
  const ids = await Promise.all(times(4, async () => (await addConversation(client)).id));
  const outcomes = await Promise.allSettled(
    times(40, (n) => client.messages.append(messageInput(ids[n % 4]!, { content: n === 21 ? 'a\0b' : `${n}` }))),
  );
  expect(outcomes.flatMap(({ status }, n) => (status === 'rejected' ? [n] : []))).toEqual([21]);
  for (const [n, id] of ids.entries()) {
    const count = n === 1 ? 9 : 10;
    expect((await stored(id)).map(({ sequence }) => sequence)).toEqual(times(count, (m) => m + 1));
    expect(await client.conversations.find(id)).toMatchObject({ messageCount: count, lastSequence: count });
  }
});

test('what Postgres said of a refused message stays inside', async () => {
  const { id } = await addConversation(client);
  const error = await client.messages.append(messageInput(id, { content: 'my secret\0' })).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Error);
  expect(JSON.stringify([String(error), { ...(error as object) }])).not.toMatch(/secret|insert|select/i);
});

test('metadata that is no JSON fails its message at once and no other', async () => {
  const { id } = await addConversation(client);
  const bad = client.messages.append(messageInput(id, { metadata: { n: 1n } as never }));
  const good = client.messages.append(messageInput(id));
  await expect(bad).rejects.toThrow(TypeError);
  expect((await good).message.sequence).toBe(1);
});

test('a client-made id that is sent many times at once is stored once', async () => {
  const { id } = await addConversation(client);
  const results = await sendAll(times(30, (n) => messageInput(id, { clientMessageId: `m${n % 3}`, content: `${n}` })));
  expect(results.filter(({ repeated }) => !repeated)).toHaveLength(3);
  expect(new Set(results.map(({ message }) => message.id)).size).toBe(3);
  expect((await stored(id)).map(({ sequence }) => sequence)).toEqual([1, 2, 3]);
});

test('two processes that are sent the same messages at once store each once, without a gap', async () => {
  const other = new DatabaseStorage({
    pool: await createPool({ url: database.url, max: 1 }),
    writerPool: await createPool({ url: database.url, max: 2 }),
    env,
  });
  const ids = await Promise.all(times(5, async () => (await addConversation(client)).id));
  const inputs = times(200, (n) => messageInput(ids[n % 5]!, { clientMessageId: `m${n}`, content: `${n}` }));
  const there = other.forClient(client.clientId);
  const [here, elsewhere] = await Promise.all([
    sendAll(inputs),
    Promise.all(inputs.map((input) => there.messages.append(input))),
  ]);
  for (const n of inputs.keys()) {
    expect(here[n]!.message).toEqual(elsewhere[n]!.message);
    expect([here[n]!.repeated, elsewhere[n]!.repeated].sort()).toEqual([false, true]);
  }
  for (const id of ids) {
    expect((await stored(id)).map(({ sequence }) => sequence)).toEqual(times(40, (n) => n + 1));
    expect(await client.conversations.find(id)).toMatchObject({ messageCount: 40, lastSequence: 40 });
  }
  await other.close();
});

test('processes that write to many conversations at once do not fail each other', async () => {
  const others = await Promise.all(
    times(3, async () => {
      const pool = await createPool({ url: database.url, max: 1 });
      return new DatabaseStorage({ pool, writerPool: await createPool({ url: database.url, max: 2 }), env });
    }),
  );
  const ids = await Promise.all(times(10, async () => (await addConversation(client)).id));
  const written = others.flatMap((each, n) =>
    times(200, (m) => each.forClient(client.clientId).messages.append(messageInput(ids[(m * (n + 3)) % 10]!))),
  );
  await Promise.all(written);
  const counts = await Promise.all(ids.map(async (id) => (await client.conversations.find(id))!.messageCount));
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(600);
  await Promise.all(others.map((each) => each.close()));
});

test('a message in a transaction and one outside meet without a gap or a loss', async () => {
  const { id } = await addConversation(client);
  await Promise.all(
    times(20, (n) =>
      n % 2 === 0
        ? client.messages.append(messageInput(id))
        : storage.transaction((scope) => scope.forClient(client.clientId).messages.append(messageInput(id))),
    ),
  );
  expect((await stored(id)).map(({ sequence }) => sequence)).toEqual(times(20, (n) => n + 1));
});

test('beyond its bound the queue takes no more, and what it took is stored', async () => {
  const { id } = await addConversation(client);
  const pool = await createPool({ url: database.url, max: 2 });
  const writer = new MessageWriter(pool, 5);
  const unlock = await lock(id);
  const sent = times(10, () => writer.append(outgoingMessage(env, client.clientId, messageInput(id))));
  const outcomes = Promise.allSettled(sent);
  const refused = await Promise.race(
    sent.map((one) =>
      one.then(
        () => undefined,
        (error: unknown) => error,
      ),
    ),
  );
  expect(refused).toBeInstanceOf(StorageOverloadedError);
  expect((refused as StorageOverloadedError).retryAfterSeconds).toBeGreaterThan(0);
  await unlock();
  expect((await outcomes).map(({ status }) => status)).toEqual(times(10, (n) => (n < 5 ? 'fulfilled' : 'rejected')));
  expect(await stored(id)).toHaveLength(5);
  await writer.close();
});

/** The processes of Postgres that wait for a row that somebody else holds. */
const waitingForLock = `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;

async function untilSomebodyWaits(): Promise<void> {
  await withConnection(database.url, (connection) =>
    expect.poll(async () => (await connection.query(waitingForLock)).rowCount).toBe(1),
  );
}

test('a conversation that somebody holds does not hold up those that are sent later', async () => {
  const [held, free] = [await addConversation(client), await addConversation(client)];
  const unlock = await lock(held.id);
  const waiting = client.messages.append(messageInput(held.id));
  await untilSomebodyWaits();
  await client.messages.append(messageInput(free.id));
  await unlock();
  await waiting;
});

test('a conversation that somebody does not let go of fails its own messages and no others', async () => {
  const [held, free] = [await addConversation(client), await addConversation(client)];
  const pool = await createPool({ url: database.url, max: 2, settings: { ...writerSettings, lock_timeout: '50ms' } });
  const writer = new MessageWriter(pool);
  const unlock = await lock(held.id);
  const ids = [held.id, free.id, held.id, free.id];
  const outcomes = await Promise.allSettled(
    ids.map((id) => writer.append(outgoingMessage(env, client.clientId, messageInput(id)))),
  );
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'fulfilled']);
  expect(outcomes[2]).toMatchObject({ reason: expect.any(StorageUnavailableError) });
  await unlock();
  await writer.append(outgoingMessage(env, client.clientId, messageInput(held.id)));
  await writer.close();
});

test('a message whose connection is lost is unavailable, and sent again it is stored once', async () => {
  const { id } = await addConversation(client);
  const unlock = await lock(id);
  const input = messageInput(id, { clientMessageId: randomUUID() });
  const lost = client.messages.append(input).catch((error: unknown) => error);
  await untilSomebodyWaits();
  await withConnection(database.url, (connection) =>
    connection.query(`select pg_terminate_backend(pid) from (${waitingForLock}) waiting`),
  );
  expect(await lost).toBeInstanceOf(StorageUnavailableError);
  await unlock();
  expect(await client.messages.append(input)).toMatchObject({ message: { sequence: 1 }, repeated: false });
  expect(await client.messages.append(input)).toMatchObject({ message: { sequence: 1 }, repeated: true });
});

test("an agent's answer that meets the request for a handoff ends it, whichever comes first", async () => {
  const other = new DatabaseStorage({
    pool: await createPool({ url: database.url, max: 1 }),
    writerPool: await createPool({ url: database.url, max: 1 }),
    env,
  });
  for (const inTransaction of [false, true]) {
    const { id: conversationId } = await addConversation(client);
    const input = messageInput(conversationId, { role: 'agent' });
    let answering: Promise<AppendResult> | undefined;
    await other.transaction(async (scope) => {
      const { handoffs } = scope.forClient(client.clientId);
      await handoffs.request({ conversationId, requestedBy: 'visitor', reason: null });
      answering = inTransaction
        ? storage.transaction((inner) => inner.forClient(client.clientId).messages.append(input))
        : client.messages.append(input);
      await untilSomebodyWaits();
    });
    const { conversation } = await answering!;
    expect(conversation.handoff).toBeNull();
    const { items } = await client.handoffs.list(conversationId, { limit: 10 });
    expect(items).toMatchObject([{ resolution: 'answered' }]);
  }
  await other.close();
});

test('closing stores what is waiting, and afterwards nothing is taken', async () => {
  const { id } = await addConversation(client);
  const pool = await createPool({ url: database.url, max: 2 });
  const writer = new MessageWriter(pool);
  const sent = times(300, () => writer.append(outgoingMessage(env, client.clientId, messageInput(id))));
  await writer.close();
  expect((await Promise.all(sent)).at(-1)?.message.sequence).toBe(300);
  const late = writer.append(outgoingMessage(env, client.clientId, messageInput(id)));
  await expect(late).rejects.toBeInstanceOf(StorageUnavailableError);
});
