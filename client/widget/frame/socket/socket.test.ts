import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server } from 'socket.io';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { connectSocket, type Socket, type SocketOptions } from './socket.ts';

/** In a browser a failure nobody listens for is no exception. */
class BrowserWebSocket extends WebSocket {
  constructor(url: string) {
    super(url);
    this.on('error', () => {});
  }
}

/** A real Socket.IO server, as the widget's own code meets it. */
let http: HttpServer;
let io: Server;
let goodTokens: Set<string>;
let handshakes: { transport: string; token: string }[];
let open: Socket[];

async function listen(transports: ('websocket' | 'polling')[], port = 0): Promise<void> {
  http = createServer();
  io = new Server(http, { transports, pingInterval: 200, pingTimeout: 300, serveClient: false });
  io.use((socket, next) => {
    const { token } = socket.handshake.auth;
    handshakes.push({ transport: socket.conn.transport.name, token });
    next(goodTokens.has(token) ? undefined : new Error('invalid token'));
  });
  io.on('connection', (socket) => {
    socket.on('conversation:watch', (request, ack) =>
      ack({ ok: true, value: { lastSequence: request.conversationId } }),
    );
    socket.on('typing', (request) => socket.emit('typing', request));
  });
  await new Promise<void>((resolve) => http.listen(port, '127.0.0.1', resolve));
  vi.stubGlobal('location', { origin: `http://127.0.0.1:${(http.address() as AddressInfo).port}` });
}

interface Line {
  socket: Socket;
  events: [string, unknown][];
  isUp(): boolean;
  downs(): number;
}

function connect(token: SocketOptions['token'] = async () => 'good', waitMs = () => 10): Line {
  const events: [string, unknown][] = [];
  let isUp = false;
  let downs = 0;
  const socket = connectSocket({
    token,
    waitMs,
    up: () => {
      isUp = true;
    },
    down: () => {
      isUp = false;
      downs++;
    },
    event: (name, data) => events.push([name, data]),
  });
  open.push(socket);
  return { socket, events, isUp: () => isUp, downs: () => downs };
}

const until = (check: () => unknown) => vi.waitFor(() => expect(check()).toBeTruthy(), { timeout: 10_000 });
const watch = (line: Line, conversationId: unknown) =>
  new Promise((resolve) => line.socket.emit('conversation:watch', { conversationId }, resolve));

beforeEach(() => {
  vi.stubGlobal('WebSocket', BrowserWebSocket);
  goodTokens = new Set(['good']);
  handshakes = [];
  open = [];
});
afterEach(async () => {
  for (const socket of open) socket.close();
  await io.close();
  vi.unstubAllGlobals();
});

describe.each(['websocket', 'polling'] as const)('over %s', (transport) => {
  beforeEach(() => listen([transport]));

  test('it connects, asks, is answered and hears what happens', async () => {
    const line = connect();
    await until(line.isUp);
    expect(handshakes.at(-1)).toEqual({ transport, token: 'good' });
    expect(await watch(line, 7)).toEqual({ ok: true, value: { lastSequence: 7 } });
    expect(await watch(line, 8)).toEqual({ ok: true, value: { lastSequence: 8 } });
    const odd = { text: 'a "quoted"\u001e\nline, [1,2] 日本 \u2028' };
    line.socket.emit('typing', odd);
    await until(() => line.events.length);
    expect(line.events).toEqual([['typing', odd]]);
  });

  test('it stays connected through the server’s pings', async () => {
    const line = connect();
    await until(line.isUp);
    const pings = new Promise<void>((resolve) => {
      let count = 0;
      for (const socket of io.sockets.sockets.values()) {
        socket.conn.on('packet', ({ type }) => type === 'pong' && ++count === 4 && resolve());
      }
    });
    await pings;
    expect(line.isUp()).toBe(true);
    expect(line.downs()).toBe(0);
  });

  test('it comes back when the server cuts it off', async () => {
    const line = connect();
    await until(line.isUp);
    io.disconnectSockets(true);
    await until(() => line.downs() === 1 && line.isUp());
    expect(await watch(line, 3)).toEqual({ ok: true, value: { lastSequence: 3 } });
  });

  test('it comes back after the server was away', async () => {
    const line = connect();
    await until(line.isUp);
    const { port } = http.address() as AddressInfo;
    await io.close();
    await until(() => !line.isUp());
    await listen([transport], port);
    await until(line.isUp);
  });

  test('a token that is refused is replaced by another', async () => {
    const asked: (string | undefined)[] = [];
    const line = connect(async (refused) => {
      asked.push(refused);
      return refused === 'stale' ? 'good' : 'stale';
    });
    await until(line.isUp);
    expect(asked).toContain('stale');
  });

  test('closed it stays closed', async () => {
    const line = connect();
    await until(line.isUp);
    line.socket.close();
    await until(() => io.sockets.sockets.size === 0);
    line.socket.retryNow();
    line.socket.emit('typing', {});
    expect(line.events).toEqual([]);
    expect(handshakes).toHaveLength(1);
  });
});

test('the way that has come up once is tried three times before the other is', async () => {
  await listen(['polling']);
  const tries: string[] = [];
  let isAway = false;
  vi.stubGlobal(
    'WebSocket',
    class extends BrowserWebSocket {
      constructor(url: string) {
        super(url);
        if (isAway) tries.push('websocket');
      }
    },
  );
  const plainFetch = fetch;
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    if (isAway && !url.includes('sid=')) tries.push('polling');
    return plainFetch(url, init);
  });
  const line = connect();
  await until(line.isUp);
  isAway = true;
  await io.close();
  await until(() => tries.length >= 8);
  expect(tries.slice(0, 8)).toEqual([
    ...['polling', 'polling', 'polling', 'websocket'],
    ...['polling', 'polling', 'polling', 'websocket'],
  ]);
});

test('a line that dies without a word is noticed and replaced', async () => {
  await listen(['websocket']);
  const line = connect();
  await until(line.isUp);
  // From now on the server neither pings nor answers on this connection.
  for (const socket of io.sockets.sockets.values()) {
    (socket.conn as unknown as { transport: { send: () => void } }).transport.send = () => {};
  }
  await until(() => line.downs() === 1);
  await until(line.isUp);
});

test('without a token there is no connection, and it is asked for again', async () => {
  await listen(['websocket']);
  let failures = 3;
  const line = connect(async () => {
    if (failures-- > 0) throw new Error('no network');
    return 'good';
  });
  await until(line.isUp);
  expect(handshakes).toHaveLength(1);
});

test('waiting ends at once when the network is known to be back', async () => {
  await listen(['websocket']);
  const { port } = http.address() as AddressInfo;
  await io.close();
  let waits = 0;
  const line = connect(undefined, () => {
    waits++;
    return 3_600_000;
  });
  await until(() => waits);
  await listen(['websocket', 'polling'], port);
  line.socket.retryNow();
  await until(line.isUp);
});
