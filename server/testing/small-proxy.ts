import { once } from 'node:events';
import { request as ask, createServer, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

export interface SmallProxyOptions {
  /** Ports of the servers behind it; each request goes to the next. */
  ports: number[];
  /** What becomes of an upgrade: passed on, or answered as an ordinary request, as proxies do that know nothing of it. */
  upgrade?: 'passed' | 'dropped';
  /** Which methods are answered with 405. */
  refused?: string[];
  /** What it says of who asked: it adds to what was said before, replaces it, or says nothing of its own. */
  forwarded?: 'added' | 'replaced' | 'nothing';
  /** What it says people use; undefined: nothing. */
  protocol?: string;
}

/** A reverse proxy on a port of its own, as well or badly set up as a test wants it. Close it afterwards. */
export async function startSmallProxy(options: SmallProxyOptions) {
  const { ports, upgrade = 'passed', refused = [], forwarded = 'added', protocol } = options;
  let turn = 0;
  const nextPort = () => ports[turn++ % ports.length]!;

  function headersFor({ headers, socket }: IncomingMessage): Record<string, string> {
    const peer = socket.remoteAddress ?? '';
    const before = headers['x-forwarded-for'];
    const told = forwarded === 'added' && before !== undefined ? `${String(before)}, ${peer}` : peer;
    const { 'x-forwarded-for': _, upgrade: _upgrade, connection: _connection, ...rest } = headers;
    return {
      ...(rest as Record<string, string>),
      ...(forwarded !== 'nothing'
        ? { 'x-forwarded-for': told }
        : before !== undefined && { 'x-forwarded-for': String(before) }),
      ...(protocol !== undefined && { 'x-forwarded-proto': protocol }),
    };
  }

  const server = createServer((request, response) => {
    if (refused.includes(request.method ?? '')) return void response.writeHead(405).end();
    const { method, url: path } = request;
    const onward = ask(
      { host: '127.0.0.1', port: nextPort(), method, path, headers: headersFor(request) },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.writeHead(502).end());
    request.pipe(onward);
  });
  if (upgrade === 'passed') {
    server.on('upgrade', (request: IncomingMessage, socket, head) => {
      const onward = connect(nextPort(), '127.0.0.1', () => {
        const headers = { ...headersFor(request), upgrade: 'websocket', connection: 'Upgrade' };
        const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
        onward.write(`GET ${request.url} HTTP/1.1\r\n${lines.join('')}\r\n`);
        onward.write(head);
        onward.pipe(socket).pipe(onward);
      });
      onward.on('error', () => socket.destroy());
      socket.on('error', () => onward.destroy());
    });
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close(): Promise<void> {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
