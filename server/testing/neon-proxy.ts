import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { createWebSocketStream, WebSocketServer } from 'ws';

/** A running WebSocket proxy in front of one Postgres. */
export interface NeonProxy {
  /** `host:port`, for the `neonProxy` of a pool. */
  address: string;
  /** Cuts every connection through the proxy, as a network would. New ones are let in. */
  cut: () => void;
  stop: () => Promise<void>;
}

/**
 * Stands in for Neon's endpoint: carries the Postgres protocol through WebSockets to the server of `url`, whatever
 * address the client asks for.
 */
export async function startNeonProxy(url: string): Promise<NeonProxy> {
  const { hostname, port } = new URL(url);
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false });
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  server.on('connection', (socket) => {
    const tunnel = createWebSocketStream(socket);
    const upstream = connect({ host: hostname, port: Number(port || 5432), noDelay: true });
    tunnel.on('error', () => upstream.destroy());
    tunnel.on('close', () => upstream.destroy());
    upstream.on('error', () => socket.terminate());
    upstream.on('close', () => socket.close());
    tunnel.pipe(upstream).pipe(tunnel);
  });
  const cut = () => {
    for (const socket of server.clients) socket.terminate();
  };
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    stop: () =>
      new Promise((resolve) => {
        cut();
        server.close(() => resolve());
      }),
  };
}
