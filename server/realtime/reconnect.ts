import type { ClientId } from '../../shared/ids.ts';
import type { Identity, RealtimeServer, RealtimeSocket } from './sockets.ts';

/** Closed at once, before others get their turn: everybody comes back with a handshake and questions. */
const closedAtOnce = 50;
const pauseMs = 50;

/**
 * Closes the connections that are open now and whose holder is one of these, as a network would: whoever held one
 * connects again by itself and asks for what it has missed.
 */
export function askToReconnect(io: RealtimeServer, kinds: readonly Identity['kind'][]): void {
  const open = ([...io.of('/').sockets.values()] as RealtimeSocket[]).filter(({ data }) =>
    kinds.includes(data.identity.kind),
  );
  const closeSome = () => {
    for (const socket of open.splice(0, closedAtOnce)) socket.conn.close();
    if (open.length > 0) setTimeout(closeSome, pauseMs).unref();
  };
  closeSome();
}

/** The clients of whom a socket of this process watches something. */
export function watchedClients(io: RealtimeServer): Set<ClientId> {
  const watched = new Set<ClientId>();
  for (const { data } of io.of('/').sockets.values()) {
    for (const clientId of data.clients.values()) watched.add(clientId);
    for (const clientId of data.threads.values()) watched.add(clientId);
  }
  return watched;
}
