import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { afterEach, beforeEach, expect } from 'vitest';
import type { User } from '../../shared/schema.ts';
import type { Ack, AgentEvents, ClientToServerEvents, VisitorEvents } from '../../shared/socket-events.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { announceMessage } from '../modules/conversations/post-message.ts';
import { createRealtime, type Realtime, type RealtimeOptions } from '../realtime/server.ts';
import { addConversation } from '../storage/conformance/worlds.ts';
import type { NewMessage } from '../storage/repositories/messages.ts';
import { createRouteWorld, type RouteWorld, type Tenant } from './route-world.ts';

export type AgentSocket = Socket<AgentEvents, ClientToServerEvents>;
export type VisitorSocket = Socket<VisitorEvents, ClientToServerEvents>;
export type AnySocket = AgentSocket | VisitorSocket;
export type ConnectOptions = Partial<ManagerOptions & SocketOptions>;

/** For each test a fresh world of two clients with the live side listening on a port of its own. */
export class RealtimeWorld {
  readonly routes: RouteWorld;
  readonly acme: Tenant;
  readonly other: Tenant;
  /** Session id → whose it is. */
  readonly sessions = new Map<string, string>();
  /** What the session store answers with instead, while set. */
  sessionFailure: Error | undefined;
  realtime!: Realtime;
  port = 0;
  #server = createServer();
  readonly #opened: Socket[] = [];

  constructor(routes: RouteWorld, acme: Tenant, other: Tenant) {
    this.routes = routes;
    this.acme = acme;
    this.other = other;
  }

  async start(options?: RealtimeOptions, limits?: RateLimits): Promise<void> {
    const { deps, credentials } = this.routes;
    this.#server = createServer((_request, response) => response.end('app'));
    const given = {
      ...deps,
      limits,
      visitorCheck: credentials.visitorToken,
      apiKeyCheck: credentials.apiKey,
      sessionOf: async ({ headers }: { headers: { cookie?: string | undefined } }) => {
        if (this.sessionFailure) throw this.sessionFailure;
        const sessionId = /sid=([^;]+)/.exec(headers.cookie ?? '')?.[1] ?? '';
        const userId = this.sessions.get(sessionId);
        return userId === undefined ? undefined : { userId, sessionId };
      },
    };
    this.realtime = createRealtime(this.#server, given, options);
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async stop(): Promise<void> {
    for (const socket of this.#opened) socket.disconnect();
    await this.realtime.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  open<S extends AnySocket>(options: ConnectOptions): S {
    const socket = io(`http://127.0.0.1:${this.port}`, { transports: ['websocket'], forceNew: true, ...options });
    this.#opened.push(socket);
    return socket as S;
  }

  asVisitor({ token }: { token: string }): Promise<VisitorSocket> {
    return connected(this.open<VisitorSocket>({ auth: { token } }));
  }

  asProgram({ apiKey }: Tenant): Promise<AgentSocket> {
    return connected(this.open<AgentSocket>({ auth: { apiKey: apiKey.secret } }));
  }

  asMember(user: User, sessionId = `session-${user.id}-${this.sessions.size}`): Promise<AgentSocket> {
    this.sessions.set(sessionId, user.id);
    return connected(this.open<AgentSocket>({ extraHeaders: cookieOf(sessionId) }));
  }

  /** Stores a message and tells everybody, as the use case does. */
  async say({ storage }: Tenant, message: Partial<NewMessage> & { conversationId: string }): Promise<void> {
    const stored = await storage.messages.append({ role: 'user', content: 'Hello', ...message });
    announceMessage(this.routes.bus, storage, stored);
  }

  /** A visitor with a conversation of their own. */
  async addThread(tenant: Tenant): Promise<{ visitor: { visitorId: string; token: string }; id: string }> {
    const visitor = this.routes.newVisitor(tenant);
    await tenant.storage.visitors.see({ id: visitor.visitorId, widgetId: tenant.widget.id });
    const { id } = await addConversation(tenant.storage, { visitorId: visitor.visitorId });
    return { visitor, id };
  }
}

/** Opens a world before each test and closes it afterwards. */
export function realtimeForEachTest(): { readonly current: RealtimeWorld } {
  const held: { current: RealtimeWorld | undefined } = { current: undefined };
  beforeEach(async () => {
    const routes = await createRouteWorld();
    held.current = new RealtimeWorld(routes, await routes.addTenant('Acme'), await routes.addTenant('Other'));
    await held.current.start();
  });
  afterEach(() => held.current?.stop());
  return held as { readonly current: RealtimeWorld };
}

export const cookieOf = (sessionId: string) => ({ cookie: `sid=${sessionId}` });

/** Resolves when the socket is let in, rejects with the refusal. */
export async function connected<S extends AnySocket>(socket: S): Promise<S> {
  await new Promise<void>((resolve, reject) => {
    (socket as Socket).once('connect', resolve);
    (socket as Socket).once('connect_error', reject);
  });
  return socket;
}

/** The next event of this name. */
export function next(socket: AnySocket, name: string): Promise<unknown> {
  return new Promise((resolve) => (socket as Socket).once(name, resolve));
}

/** Why the socket was disconnected. */
export function disconnection(socket: AnySocket): Promise<string> {
  return new Promise((resolve) => (socket as Socket).once('disconnect', resolve));
}

/** Everything this socket is told from now on. */
export function heard(socket: AnySocket): { name: string; view: unknown }[] {
  const all: { name: string; view: unknown }[] = [];
  (socket as Socket).onAny((name, view) => all.push({ name, view }));
  return all;
}

/** Sends anything and waits for the acknowledgement. */
export function ask(socket: AnySocket, name: string, ...args: unknown[]): Promise<Ack<never>> {
  return (socket as Socket).emitWithAck(name, ...args);
}

export const watch = (socket: AnySocket, conversationId: string) =>
  ask(socket, 'conversation:watch', { conversationId });
export const watchClient = (socket: AnySocket, { storage }: Tenant) =>
  ask(socket, 'client:watch', { clientId: storage.clientId });

/** Resolves when everything that was sent to this socket before has arrived. */
export const settled = (socket: AnySocket) => ask(socket, 'client:watch', {});

export const problem = (status: number) =>
  expect.objectContaining({ ok: false, problem: expect.objectContaining({ status }) });
