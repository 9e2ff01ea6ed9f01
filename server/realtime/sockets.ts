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
  /** Threads this socket watches, each with the client it belongs to. */
  threads: Map<string, ClientId>;
  /** Clients this socket watches as a whole. */
  clients: Set<string>;
  budget: RateBudget;
  typing: TypingRelay;
}

type NoEvents = Record<string, never>;
export type RealtimeServer = Server<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
export type RealtimeSocket = Socket<ClientToServerEvents, ServerToClientEvents, NoEvents, SocketData>;
