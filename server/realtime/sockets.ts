import type { Server, Socket } from 'socket.io';
import type { ClientId } from '../../shared/ids.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../../shared/socket-events.ts';
import type { RateBudget } from './rate-budget.ts';
import type { TypingRelay } from './typing-relay.ts';

/** Whose socket it is, as the handshake has established. The credential stays, so that it can be looked at again. */
export type Identity =
  | { kind: 'visitor'; token: string; visitorId: string; widgetId: string; clientId: ClientId }
  | { kind: 'program'; apiKey: string; apiKeyId: string; clientId: ClientId }
  | { kind: 'member'; cookie: string; userId: string; sessionId: string; name: string };

export interface SocketData {
  identity: Identity;
  /** Where the holder comes from, for limits. */
  remoteAddress: string;
  /** Threads this socket watches, each with the client it belongs to. */
  threads: ReadonlyMap<string, ClientId>;
  /** Clients this socket watches as a whole. */
  clients: ReadonlyMap<string, ClientId>;
  budget: RateBudget;
  /** Watches that wait for storage to come back. */
  waitingWatches?: number;
  /** Made with the first word about writing. */
  typing?: TypingRelay;
}

/** Shared by all sockets that watch nothing: a map of their own costs each of thousands some hundred bytes. */
export const nothingWatched: ReadonlyMap<string, ClientId> = new Map();

/** The same with one more. Few are watched at once, so that a copy is cheap. */
export function watching(watched: ReadonlyMap<string, ClientId>, id: string, clientId: ClientId): typeof watched {
  return new Map(watched).set(id, clientId);
}

/** The same with one less. */
export function notWatching(watched: ReadonlyMap<string, ClientId>, id: string): typeof watched {
  if (!watched.has(id)) return watched;
  const rest = new Map(watched);
  rest.delete(id);
  return rest.size === 0 ? nothingWatched : rest;
}

type NoEvents = Record<string, never>;
export type RealtimeServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
export type RealtimeSocket = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
