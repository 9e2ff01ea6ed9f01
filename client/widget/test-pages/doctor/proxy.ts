import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A proxy that nobody told of sockets. */
export interface HalfProxy {
  origin: string;
  close(): Promise<void>;
}

/** Passes requests on to `target`, but no upgrade to a WebSocket, and where told so no long polling either. */
export async function startProxy(target: string, { polling }: { polling: boolean }): Promise<HalfProxy> {
  const server = createServer((incoming, outgoing) => {
    if (!polling && incoming.url?.startsWith('/socket.io/')) {
      outgoing.writeHead(403).end();
      return;
    }
    const { method, headers, url = '/' } = incoming;
    const asked = request(new URL(url, target), { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    incoming.pipe(asked);
  });
  server.on('upgrade', (_request, socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
