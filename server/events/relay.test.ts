import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import type { Conversation } from '../../shared/schema.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { addClient, addConversation } from '../storage/conformance/worlds.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../storage/database/database-storage.ts';
import type { ClientStorage } from '../storage/storage.ts';
import { withConnection } from '../testing/databases.ts';
import { startNeonProxy } from '../testing/neon-proxy.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { type Bus, createBus, type EventName, type Origin } from './bus.ts';
import { createNotifyTransport } from './notify-transport.ts';
import { Relay, type RelayTiming } from './relay.ts';
import type { RelayTransport } from './relay-transport.ts';

const log = pino({ level: 'silent' });
const timing: Partial<RelayTiming> = { gapMs: 10, helloMs: 5_000 };

let database: TestDatabase;
let storage: DatabaseStorage;
let client: ClientStorage;
let conversation: Conversation;

beforeAll(async () => {
  database = await createTestDatabase();
  storage = await openDatabaseStorage({ url: database.url, max: 2, env: systemEnvironment });
  client = (await addClient(storage)).client;
  conversation = await addConversation(client);
});
afterAll(async () => {
  await storage.close();
  await database.drop();
});

/** A server process, as far as the relay sees one. */
interface Process {
  bus: Bus;
  relay: Relay;
  transport: RelayTransport;
  heard: { name: EventName; event: unknown; origin: Origin }[];
  gaps: number;
  /** Payloads that have been handed over. */
  sent: string[];
}

const opened: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function startProcess({
  timing: given,
  ...connection
}: Partial<Parameters<typeof createNotifyTransport>[0]> & { timing?: Partial<RelayTiming> } = {}): Promise<Process> {
  const { transport } = await createNotifyTransport({ url: database.url, ...connection });
  const bus = createBus((_name, error) => {
    throw error;
  });
  const heard: Process['heard'] = [];
  bus.subscribeAll((name, event, origin) => heard.push({ name, event, origin }));
  const sent: string[] = [];
  const send = transport.send.bind(transport);
  transport.send = async (payloads) => {
    await send(payloads);
    sent.push(...payloads);
  };
  const process: Process = {
    bus,
    transport,
    heard,
    sent,
    gaps: 0,
    relay: new Relay({
      bus,
      storage,
      transport,
      log,
      onGap: () => {
        process.gaps += 1;
      },
      timing: { ...timing, ...given },
    }),
  };
  await process.relay.start();
  opened.push(() => process.relay.close());
  return process;
}

async function append(content: string, metadata = {}) {
  const { message, conversation: after } = await client.messages.append({
    conversationId: conversation.id,
    role: 'user',
    content,
    metadata,
  });
  return { clientId: client.clientId, message, conversation: after };
}

const typing = (n: number) =>
  ({
    clientId: client.clientId,
    conversationId: conversation.id,
    side: 'visitor',
    name: null,
    typing: true,
    socketId: String(n),
  }) as const;

const fromOthers = ({ heard }: Process) => heard.filter(({ origin }) => origin === 'relay');
const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000 });

describe('what happens in one process', () => {
  test('is heard in all others, and in itself once', async () => {
    const [a, b, c] = [await startProcess(), await startProcess(), await startProcess()];
    const event = await append('Hello');
    b.bus.publish('message.created', event);
    await until(() => fromOthers(a).length === 1 && fromOthers(c).length === 1);
    expect(fromOthers(a)).toEqual([{ name: 'message.created', event, origin: 'relay' }]);
    expect(b.heard).toEqual([{ name: 'message.created', event, origin: 'local' }]);
  });

  test('arrives as it was: instants are instants, and texts that look like some are texts', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    const event = await append('2026-01-15T12:00:00.123Z', {
      at: '2026-01-15T12:00:00.123Z',
      deep: [{ createdAt: 'x' }],
    });
    a.bus.publish('message.created', event);
    a.bus.publish('session.ended', { userId: '2026-01-15T12:00:00.123Z' });
    await until(() => b.heard.length === 2);
    expect(b.heard.map(({ event }) => event)).toEqual([event, { userId: '2026-01-15T12:00:00.123Z' }]);
    expect((b.heard[0]!.event as typeof event).message.createdAt).toBeInstanceOf(Date);
  });

  test('of a document arrives with its instants, whatever its owner wrote', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    const { clientId, documents } = client;
    const short = await documents.create({ kind: 'text', name: 'Short', content: { text: 'Tea' } });
    const long = await documents.create({ kind: 'text', name: 'Long', content: { text: 'ü'.repeat(100_000) } });
    for (const document of [short, long]) a.bus.publish('document.changed', { clientId, document });
    a.bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: long.id });
    await until(() => b.heard.length === 3);
    const documentsHeard = b.heard.flatMap(({ name, event }) => (name === 'document.changed' ? [event] : []));
    expect(documentsHeard).toHaveLength(2);
    expect(documentsHeard).toEqual(
      expect.arrayContaining([
        { clientId, document: short },
        { clientId, document: long },
      ]),
    );
    for (const { id } of [short, long]) await documents.remove(id);
  });

  test('arrives whole when it is too long for one payload', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    const event = await append('ü'.repeat(32_000));
    a.bus.publish('message.created', event);
    const updated = await client.conversations.update(conversation.id, { metadata: { long: 'x'.repeat(10_000) } });
    a.bus.publish('conversation.updated', { clientId: client.clientId, conversation: updated });
    await until(() => b.heard.length === 2);
    expect(b.heard.find(({ name }) => name === 'message.created')?.event).toMatchObject({ message: event.message });
    expect(b.heard.find(({ name }) => name === 'conversation.updated')?.event).toEqual({
      clientId: client.clientId,
      conversation: updated,
    });
    for (const payload of a.sent) expect(Buffer.byteLength(payload)).toBeLessThan(8_000);
    await client.conversations.update(conversation.id, { metadata: {} });
  });

  test('arrives in order, many events to a payload', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    a.sent.length = 0;
    for (let n = 0; n < 1_000; n++) a.bus.publish('typing.changed', typing(n));
    await until(() => b.heard.length === 1_000);
    expect(b.heard.map(({ event }) => Number((event as { socketId: string }).socketId))).toEqual(
      Array.from({ length: 1_000 }, (_, n) => n),
    );
    expect(a.sent.length).toBeLessThan(60);
    expect([a.gaps, b.gaps]).toEqual([0, 0]);
  });

  test('is sent to nobody when nobody is there', async () => {
    const a = await startProcess();
    const before = a.sent.length;
    a.bus.publish('typing.changed', typing(1));
    const b = await startProcess();
    expect(a.sent.slice(before).filter((payload) => payload.includes('typing'))).toEqual([]);
    await b.relay.close();
    await until(() => a.relay.peers === 0);
  });

  test('is heard by a process from the moment it has started', async () => {
    const a = await startProcess();
    for (let n = 0; n < 5; n++) {
      const b = await startProcess();
      a.bus.publish('typing.changed', typing(n));
      await until(() => fromOthers(b).length === 1);
      await b.relay.close();
    }
    expect(a.gaps).toBe(0);
  });
});

test('a start waits for the answers of all who listen, and takes no other word for one', async () => {
  const a = await startProcess();
  const send = a.transport.send;
  let answer = () => {};
  const mayAnswer = new Promise<void>((resolve) => {
    answer = resolve;
  });
  a.transport.send = async (payloads) => {
    await mayAnswer;
    await send(payloads);
  };
  let started = false;
  const starting = startProcess().then((process) => {
    started = true;
    return process;
  });
  await until(() => a.relay.peers === 1);
  const lastWord = { from: 'somebody who has gone', number: 3, kind: 'alive' };
  await withConnection(database.url, (connection) =>
    connection.query('SELECT pg_notify($1, $2)', ['confab_relay', JSON.stringify(lastWord)]),
  );
  await until(() => a.relay.peers === 2);
  expect(started).toBe(false);
  answer();
  const b = await starting;
  a.bus.publish('typing.changed', typing(1));
  await until(() => fromOthers(b).length === 1);
});

describe('what may have been missed is told', () => {
  test('when the own connection was lost, after it is back', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    await withConnection(database.url, (connection) =>
      connection.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'confab-relay' AND datname = current_database()",
      ),
    );
    await until(() => a.gaps > 0 && b.gaps > 0 && a.relay.peers === 1 && b.relay.peers === 1);
    a.bus.publish('typing.changed', typing(1));
    await until(() => fromOthers(b).length === 1);
  });

  test('to nobody else: what happened meanwhile is sent when the connection is back', async () => {
    const cut = await startProxy(database.url);
    const [a, b] = [await startProcess({ url: cut.url }), await startProcess()];
    cut.close();
    await until(() => cut.open === 0);
    for (let n = 0; n < 50; n++) a.bus.publish('typing.changed', typing(n));
    await cut.reopen();
    await until(() => fromOthers(b).length === 50);
    expect(fromOthers(b).map(({ event }) => (event as { socketId: string }).socketId)).toEqual(
      Array.from({ length: 50 }, (_, n) => String(n)),
    );
    await until(() => a.gaps === 1);
    expect(b.gaps).toBe(0);
  });

  test('when a process has died without a word', async () => {
    const quick = { beatMs: 50, silenceMs: 400 };
    const cut = await startProxy(database.url);
    const [a, b] = [await startProcess({ timing: quick }), await startProcess({ timing: quick, url: cut.url })];
    expect(a.relay.peers).toBe(1);
    cut.close();
    await until(() => a.gaps === 1);
    expect(a.relay.peers).toBe(0);
    // It was cut off only: both count on each other again.
    await cut.reopen();
    await until(() => a.relay.peers === 1 && b.relay.peers === 1);
    expect(b.gaps).toBeGreaterThan(0);
  });

  test('not when a process has said goodbye', async () => {
    const quick = { beatMs: 50, silenceMs: 400 };
    const [a, b] = [await startProcess({ timing: quick }), await startProcess({ timing: quick })];
    await b.relay.close();
    await until(() => a.relay.peers === 0);
    expect(a.gaps).toBe(0);
  });

  test('when a payload of another is missing', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    const send = a.transport.send;
    a.transport.send = async () => {};
    a.bus.publish('typing.changed', typing(1));
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    a.transport.send = send;
    a.bus.publish('typing.changed', typing(2));
    await until(() => b.gaps === 1);
    await until(() => fromOthers(b).length === 1);
  });

  test('not when a payload comes twice, which is heard once', async () => {
    const [a, b] = [await startProcess(), await startProcess()];
    const send = a.transport.send;
    a.transport.send = async (payloads) => {
      await send(payloads);
      await send(payloads);
    };
    a.bus.publish('typing.changed', typing(1));
    await until(() => a.sent.filter((payload) => payload.includes('typing.changed')).length === 2);
    a.transport.send = send;
    a.bus.publish('typing.changed', typing(2));
    await until(() => fromOthers(b).some(({ event }) => (event as { socketId: string }).socketId === '2'));
    expect(fromOthers(b)).toHaveLength(2);
    expect(b.gaps).toBe(0);
  });
});

test('a payload that is no word of ours changes nothing', async () => {
  const [a, b] = [await startProcess(), await startProcess()];
  await withConnection(database.url, async (connection) => {
    for (const payload of ['', 'x', '{}', '[]', 'null', '{"from":1}', '{"from":"x","number":1,"kind":"strange"}']) {
      await connection.query('SELECT pg_notify($1, $2)', ['confab_relay', payload]);
    }
  });
  a.bus.publish('typing.changed', typing(1));
  await until(() => fromOthers(b).length === 1);
  expect([a.relay.peers, b.relay.peers]).toEqual([1, 1]);
});

test('processes with Neon’s driver and without hear each other', async () => {
  const proxy = await startNeonProxy(database.url);
  opened.push(() => proxy.stop());
  const [a, b] = [await startProcess({ driver: 'neon', neonProxy: proxy.address }), await startProcess()];
  a.bus.publish('typing.changed', typing(1));
  b.bus.publish('typing.changed', typing(2));
  await until(() => fromOthers(a).length === 1 && fromOthers(b).length === 1);
});

test('a relay that has lost its connection can be closed', async () => {
  const cut = await startProxy(database.url);
  const a = await startProcess({ url: cut.url });
  cut.close();
  await until(() => cut.open === 0);
  await a.relay.close();
});

test('a database that cannot be reached is an error at the start', async () => {
  await expect(createNotifyTransport({ url: 'postgres://nobody@127.0.0.1:1/none' })).rejects.toThrow();
});

/** A way to the database that can be cut. */
async function startProxy(target: string) {
  const url = new URL(target);
  const sockets = new Set<Socket>();
  const server = createServer((from) => {
    const to = connect(Number(url.port), url.hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        other.destroy();
        sockets.delete(one);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const proxied = new URL(target);
  proxied.host = `127.0.0.1:${port}`;
  const close = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  opened.push(close);
  return {
    url: proxied.href,
    close,
    get open() {
      return sockets.size;
    },
    async reopen() {
      server.listen(port, '127.0.0.1');
      await once(server, 'listening');
    },
  };
}
