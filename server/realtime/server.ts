import type { Server as HttpServer, IncomingMessage } from 'node:http';
import { Server } from 'socket.io';
import type { ClientId } from '../../shared/ids.ts';
import type { Ack } from '../../shared/socket-events.ts';
import type { Deps } from '../deps.ts';
import { parseValue } from '../http/input.ts';
import { isOwnOrigin } from '../http/own-origin.ts';
import { HttpProblem, problemDocument, toHttpProblem } from '../http/problem.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { createRemoteAddressOf } from '../http/remote-address.ts';
import { type Drafts, keepDrafts } from '../modules/answers/drafts.ts';
import { createTickets, type Tickets } from '../modules/attachments/ticket.ts';
import { traced } from '../tracing/tracing.ts';
import { type AuthenticateDeps, authenticate } from './authenticate.ts';
import { commands } from './commands.ts';
import { ConversationLookup } from './conversation-lookup.ts';
import { startEviction } from './eviction.ts';
import { startForwarder } from './forwarder.ts';
import { createGapFiller } from './gap-filler.ts';
import { Presence } from './presence.ts';
import { type Rate, RateBudget } from './rate-budget.ts';
import { watchedClients } from './reconnect.ts';
import { type Identity, nothingWatched, type RealtimeServer, type RealtimeSocket } from './sockets.ts';

export interface RealtimeOptions {
  /** Bounds on the events of one socket, by the kind of its holder. */
  rates?: Partial<Record<Identity['kind'], Rate>>;
}

export interface Realtime {
  /** Lets nobody in any more and closes every socket; the others find their way to another process. */
  close(): Promise<void>;
  /** Open connections, by how they come: those that cannot have a WebSocket poll. */
  connections(): { websocket: number; polling: number };
  /** Events may have been missed: has everybody look again, visitors over the connections they have. */
  makeUpForGap(): void;
  /** The clients of whom somebody watches something here. */
  watchedClients(): Set<ClientId>;
}

type RealtimeDeps = Pick<Deps, 'config' | 'secrets' | 'storage' | 'bus' | 'log' | 'now'> &
  AuthenticateDeps & {
    /** Those of HTTP, so that both doors have one budget; undefined: nobody is held up. */
    limits?: Pick<RateLimits, 'checkMessage'> | undefined;
  };
type RealtimeParts = RealtimeDeps & { tickets: Tickets; drafts: Drafts; lookup: ConversationLookup };

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
export function createRealtime(httpServer: HttpServer, given: RealtimeDeps, options: RealtimeOptions = {}): Realtime {
  const drafts = keepDrafts(given.bus);
  const tickets = createTickets(given.secrets.visitorTokenKeys, given.now);
  const deps = { ...given, drafts, tickets, lookup: new ConversationLookup(given.storage) };
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
        const { problem: refusal } = refused(problem);
        if (refusal.status < 500) next(Object.assign(new Error(refusal.title), { data: refusal }));
        else {
          // Not the holder's fault: a connection that breaks is tried again by itself, one that is refused is not.
          deps.log.warn({ event: 'socket.not-let-in', err: error });
          socket.conn.close();
        }
      },
    );
  });

  const eviction = startEviction(io, deps);
  io.on('connection', (socket) => {
    forgetRequest(socket);
    listen(socket, deps, rates);
    socket.on('disconnect', endTyping);
    eviction.review(socket);
  });
  const presence = new Presence(io, deps.bus);
  const endForwarder = startForwarder(io, deps.bus, deps.tickets);
  const makeUpForGap = createGapFiller(io, { ...deps, reviewAll: () => eviction.reviewAll() });

  return {
    connections: () => countConnections(io),
    makeUpForGap,
    watchedClients: () => watchedClients(io),
    async close() {
      if (isClosing) return;
      isClosing = true;
      eviction.end();
      presence.end();
      drafts.stop();
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
  socket.data.identity = identity;
  socket.data.remoteAddress = createRemoteAddressOf(deps.config.trustProxyHops)(socket.request);
  socket.data.threads = nothingWatched;
  socket.data.clients = nothingWatched;
  socket.data.budget = new RateBudget(rates[identity.kind], performance.now());
}

const forgotten = Object.freeze({});

/** The request that opened the connection would otherwise be kept as long as the socket: several kilobytes each. */
function forgetRequest(socket: RealtimeSocket): void {
  Object.assign(socket.conn, { request: null });
  Object.assign(socket, { handshake: forgotten });
}

/**
 * Whatever arrives, in whatever form, ends in an acknowledgement and never in an exception. One listener for all events
 * of a socket: there are thousands of sockets, and most of them say nothing.
 */
function listen(socket: RealtimeSocket, deps: RealtimeParts, rates: Record<Identity['kind'], Rate>): void {
  socket.use((packet) => {
    const [name, payload] = packet as unknown[];
    const ack = packet.at(-1);
    const { budget, identity } = socket.data;
    const rate = rates[identity.kind];
    if (budget.take(rate, performance.now())) {
      if (isCommand(name)) void obey(socket, name, { payload, ack }, deps);
    } else if (budget.isDeaf(rate)) {
      socket.disconnect(true);
    } else {
      acknowledge(ack, refused(tooFast));
    }
  });
}

const tooFast = new HttpProblem('too-many-requests', 'Too many events over this socket. Slow down.', {
  headers: { 'Retry-After': '1' },
});

function isCommand(name: unknown): name is keyof typeof commands {
  return typeof name === 'string' && Object.hasOwn(commands, name);
}

async function obey(
  socket: RealtimeSocket,
  name: keyof typeof commands,
  { payload, ack }: { payload: unknown; ack: unknown },
  deps: RealtimeParts,
): Promise<void> {
  const { input, run } = commands[name];
  try {
    const start = { name: `socket ${name}`, kind: 'server' as const, attributes: { 'confab.event': name } };
    const value = await traced(start, async () => run(socket, parseValue(input, payload), deps));
    acknowledge(ack, { ok: true, value });
  } catch (error) {
    const problem = toHttpProblem(error);
    if (problem.code === 'internal-error') deps.log.error({ event: 'socket.failed', name, err: error });
    acknowledge(ack, refused(problem));
  }
}

function acknowledge(ack: unknown, answer: Ack<unknown>): void {
  if (typeof ack === 'function') ack(answer);
}

function refused(problem: HttpProblem): Extract<Ack<never>, { ok: false }> {
  const { requestId: _requestId, ...rest } = problemDocument(problem, '');
  const retryAfter = Number(problem.headers['Retry-After']);
  return { ok: false, problem: rest, ...(retryAfter > 0 && { retryAfter }) };
}

function countConnections(io: RealtimeServer): ReturnType<Realtime['connections']> {
  const { clients } = io.engine as unknown as { clients: Record<string, { transport: { name: string } }> };
  const all = Object.values(clients);
  const polling = all.filter(({ transport }) => transport.name === 'polling').length;
  return { websocket: all.length - polling, polling };
}

function endTyping(this: RealtimeSocket): void {
  this.data.typing?.end();
}

/** Closes in order, and after a moment without: somebody who does not answer must not hold up the process. */
async function closeConnections(io: RealtimeServer): Promise<void> {
  const open = Object.values((io.engine as unknown as { clients: Record<string, EngineClient> }).clients);
  const ended = Promise.all(open.map(({ transport }) => endOf(transport.socket)));
  for (const socket of io.of('/').sockets.values()) socket.data.typing?.end();
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
