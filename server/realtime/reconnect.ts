import type { ClientId } from '../../shared/ids.ts';
import type { RealtimeServer } from './sockets.ts';

/** Closed at once, before others get their turn: everybody comes back with a handshake and questions. */
const closedAtOnce = 250;
const pauseMs = 50;

/**
 * Closes the connections that are open now, as a network would: whoever held one connects again by itself and asks for
 * what it has missed.
 */
export function askAllToReconnect(io: RealtimeServer): void {
  const open = [...io.of('/').sockets.values()];
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
