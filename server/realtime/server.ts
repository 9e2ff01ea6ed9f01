import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import type { Ack } from '../../shared/socket-events.ts';
import type { Deps } from '../deps.ts';
import { parseValue } from '../http/input.ts';
import { isOwnOrigin } from '../http/own-origin.ts';
import { HttpProblem, problemDocument, toHttpProblem } from '../http/problem.ts';
import { type AuthenticateDeps, authenticate } from './authenticate.ts';
import { type Command, commands } from './commands.ts';
import { startEviction } from './eviction.ts';
import { startForwarder } from './forwarder.ts';
import { type Rate, RateBudget } from './rate-budget.ts';
import type { Identity, RealtimeServer, RealtimeSocket } from './sockets.ts';
import { TypingRelay } from './typing-relay.ts';

export interface RealtimeOptions {
  /** Bounds on the events of one socket, by the kind of its holder. */
  rates?: Partial<Record<Identity['kind'], Rate>>;
}

export interface Realtime {
  /** Lets nobody in any more and closes every socket; the others find their way to another process. */
  close(): Promise<void>;
  /** Open connections. */
  connections(): number;
}

type RealtimeDeps = Pick<Deps, 'config' | 'storage' | 'bus' | 'log'> & AuthenticateDeps;

/** Far beyond what people do, and room enough for a program that speaks for many. */
const defaultRates: Record<Identity['kind'], Rate> = {
  visitor: { perSecond: 50, burst: 200 },
  member: { perSecond: 50, burst: 200 },
  program: { perSecond: 1_000, burst: 2_000 },
};

/** The longest message with every character escaped, and room for the rest. */
const packetBytesMax = 256_000;
const closeGraceMs = 1_000;

/**
 * The live side on the given HTTP server, under `/socket.io/`. To be called after the server has its request listener,
 * which gets all other requests.
 */
export function createRealtime(httpServer: HttpServer, deps: RealtimeDeps, options: RealtimeOptions = {}): Realtime {
  const rates = { ...defaultRates, ...options.rates };
  let isClosing = false;
  const io: RealtimeServer = new Server(httpServer, {
    serveClient: false,
    maxHttpBufferSize: packetBytesMax,
    connectTimeout: 10_000,
    allowRequest: (request, answer) => answer(null, !isClosing && isFromOwnPageOrProgram(request, deps)),
  });
  io.engine.on('headers', (headers: Record<string, string>) => {
    headers['X-Content-Type-Options'] = 'nosniff';
    headers['Cache-Control'] = 'no-store';
  });

  io.use((socket, next) => {
    letIn(socket, deps, rates).then(
      () => next(),
      (error: unknown) => {
        const problem = toHttpProblem(error);
        const refusal = acknowledgedProblem(problem);
        if (refusal.status < 500) next(Object.assign(new Error(refusal.title), { data: refusal }));
        else {
          // Not the holder's fault: a connection that breaks is tried again by itself, one that is refused is not.
          deps.log.warn({ event: 'socket.not-let-in', err: error });
          socket.conn.close();
        }
      },
    );
  });

  io.on('connection', (socket) => {
    forgetRequest(socket);
    bound(socket, rates);
    for (const [name, command] of Object.entries(commands)) listen(socket, name, command, deps);
    socket.on('disconnect', () => socket.data.typing.end());
  });

  const endForwarder = startForwarder(io, deps.bus);
  const endEviction = startEviction(io, deps);

  return {
    connections: () => io.engine.clientsCount,
    async close() {
      if (isClosing) return;
      isClosing = true;
      endEviction();
      const closed = closeConnections(io);
      endForwarder();
      await closed;
    },
  };
}

/**
 * Browsers name the page a socket is opened from, save for a page's own polling; another site's page is refused, so
 * that it cannot use somebody's cookie. Programs name none.
 */
function isFromOwnPageOrProgram({ headers }: IncomingMessage, { config }: RealtimeDeps): boolean {
  if (headers.origin !== undefined) return isOwnOrigin(headers.origin, headers.host, config.publicUrl);
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' || site === 'none';
}

async function letIn(socket: RealtimeSocket, deps: RealtimeDeps, rates: Record<Identity['kind'], Rate>): Promise<void> {
  const identity = await authenticate(socket.handshake.auth ?? {}, socket.handshake.headers, deps);
  const { data, id: socketId } = socket;
  data.identity = identity;
  data.threads = new Map();
  data.clients = new Set();
  data.budget = new RateBudget(rates[identity.kind], performance.now());
  const side = identity.kind === 'visitor' ? 'visitor' : 'agent';
  const name = identity.kind === 'member' ? identity.name : null;
  data.typing = new TypingRelay((conversationId, typing) => {
    const clientId = data.threads.get(conversationId);
    if (clientId) deps.bus.publish('typing.changed', { clientId, conversationId, side, name, typing, socketId });
  });
}

/** The request that opened the connection would otherwise be kept as long as the socket: several kilobytes each. */
function forgetRequest(socket: RealtimeSocket): void {
  Object.assign(socket.conn, { request: null });
  Object.assign(socket.handshake, { headers: {}, auth: {}, query: {} });
}

/** Refuses what goes beyond the rate, and lets go of a socket that does not heed it. */
function bound(socket: RealtimeSocket, rates: Record<Identity['kind'], Rate>): void {
  const { budget, identity } = socket.data;
  const rate = rates[identity.kind];
  const problem = new HttpProblem('too-many-requests', 'Too many events over this socket. Slow down.');
  socket.use((packet, next) => {
    if (budget.take(rate, performance.now())) next();
    else if (budget.isDeaf(rate)) socket.disconnect(true);
    else acknowledge(packet.at(-1), { ok: false, problem: acknowledgedProblem(problem) });
  });
}

/** Whatever arrives, in whatever form, ends in an acknowledgement and never in an exception. */
function listen(socket: RealtimeSocket, name: string, { input, run }: Command, deps: RealtimeDeps): void {
  const handle = async (sent: unknown[]) => {
    const ack = sent.at(-1);
    try {
      const value = await run(socket, parseValue(input, sent[0]), deps);
      acknowledge(ack, { ok: true, value });
    } catch (error) {
      const problem = toHttpProblem(error);
      if (problem.code === 'internal-error') deps.log.error({ event: 'socket.failed', name, err: error });
      acknowledge(ack, { ok: false, problem: acknowledgedProblem(problem) });
    }
  };
  // Typed by the event map, sent by anybody: what arrives is what it is.
  socket.on(name as never, ((...sent: unknown[]) => void handle(sent)) as never);
}

function acknowledge(ack: unknown, answer: Ack<unknown>): void {
  if (typeof ack === 'function') ack(answer);
}

function acknowledgedProblem(problem: HttpProblem): Extract<Ack<never>, { ok: false }>['problem'] {
  const { requestId: _requestId, ...rest } = problemDocument(problem, '');
  return rest;
}

/** Closes in order, and after a moment without: somebody who does not answer must not hold up the process. */
async function closeConnections(io: RealtimeServer): Promise<void> {
  const open = Object.values((io.engine as unknown as { clients: Record<string, EngineClient> }).clients);
  const ended = Promise.all(open.map(({ transport }) => endOf(transport.socket)));
  for (const socket of io.of('/').sockets.values()) socket.data.typing.end();
  await io.of('/').adapter.close();
  io.engine.close();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, closeGraceMs);
  });
  await Promise.race([ended, late]);
  clearTimeout(timer);
  for (const { transport } of open) transport.socket?.terminate?.();
}

/** What is used of an Engine.IO connection; a WebSocket's transport carries the socket. */
interface EngineClient {
  transport: { socket?: { readyState?: number; once?(name: 'close', done: () => void): void; terminate?(): void } };
}

function endOf(socket: EngineClient['transport']['socket']): Promise<void> {
  return new Promise((resolve) => {
    if (socket?.once && socket.readyState !== 3) socket.once('close', resolve);
    else resolve();
  });
}
