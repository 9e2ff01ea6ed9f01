import { io, type Socket } from 'socket.io-client';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { makeApiKey, makeOwner, makeVisitor, type Owner } from '../cli/bench/actors.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { startNginx } from '../testing/nginx.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

let database: TestDatabase;
let servers: BuiltServer[] = [];
let owner: Owner;
let apiKey: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const environment = { DATABASE_URL: database.url, DEMO: 'off', TRUST_PROXY: '1' };
  servers = [await startBuiltServer({ environment }), await startBuiltServer({ environment })];
  owner = await makeOwner(servers[0]!.origin, 'nginx');
  apiKey = await makeApiKey(servers[0]!.origin, owner);
});
afterAll(async () => {
  for (const server of servers) await server.stop();
  await database.drop();
});

const opened: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function openSockets(origin: string, transport: 'websocket' | 'polling'): Promise<Socket[]> {
  const sockets = Array.from({ length: 8 }, (_, n) =>
    io(origin, {
      transports: [transport],
      forceNew: true,
      auth: { apiKey },
      // Eight offices, as far as the proxy can see.
      extraHeaders: { 'X-Forwarded-For': `10.0.${n}.1` },
    }),
  );
  opened.push(() => {
    for (const socket of sockets) socket.disconnect();
  });
  for (const socket of sockets) {
    await socket.timeout(10_000).emitWithAck('client:watch', { clientId: owner.clientId });
  }
  return sockets;
}

async function socketsOf({ origin }: BuiltServer): Promise<number> {
  const metrics = await (await fetch(`${origin}/metrics`)).text();
  const byTransport = [...metrics.matchAll(/^confab_sockets_connected\S* (\d+)/gm)];
  return byTransport.reduce((sum, [, count]) => sum + Number(count), 0);
}

it.for([
  { transport: 'websocket', balance: 'in turn', how: 'over WebSocket alone, each connection to the next process' },
  { transport: 'polling', balance: 'ip_hash', how: 'by polling, each address to the same process' },
] as const)(
  'behind nginx everybody hears everything whichever process they are with: $how',
  async ({ transport, balance }, { skip }) => {
    const nginx = await startNginx(
      servers.map(({ port }) => port),
      { balance },
    );
    if (nginx.origin === undefined) return skip(nginx.reason);
    opened.push(() => nginx.stop());
    const sockets = await openSockets(nginx.origin, transport);
    for (const server of servers) expect(await socketsOf(server)).toBeGreaterThan(0);
    const heard = sockets.map((socket) => {
      const contents: string[] = [];
      socket.on('message:created', ({ message }) => contents.push(message.content));
      return contents;
    });
    const all = Promise.all(
      sockets.map(
        (socket, at) =>
          new Promise<void>((resolve) => socket.on('message:created', () => heard[at]!.length === 9 && resolve())),
      ),
    );
    const { conversationId, token } = await makeVisitor(nginx.origin, owner, transport === 'polling' ? 1 : 2);
    for (let n = 1; n < 9; n++) {
      const response = await fetch(`${nginx.origin}/api/visitor/conversations/${conversationId}/messages`, {
        method: 'POST',
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          'X-Forwarded-For': `10.0.${n}.1`,
        },
        body: JSON.stringify({ content: `message ${n}`, clientMessageId: `client-made-${n}` }),
      });
      expect(response.status).toBe(201);
    }
    await all;
    const said = ['Hello', ...Array.from({ length: 8 }, (_, n) => `message ${n + 1}`)];
    for (const contents of heard) expect([...contents].sort()).toEqual(said.sort());
  },
);
