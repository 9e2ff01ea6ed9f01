import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Pages to put the widget on: `http://localhost:PORT/strict-csp.html` and the other files of this folder. */
export interface TestPages {
  origin: string;
  close(): Promise<void>;
}

export interface TestPagesOptions {
  /** Where `/widget.js` is; another host than `localhost` makes it a third party. */
  widgetOrigin: string;
  publicKey: string;
  /** For the page with two widgets, and the page with one that is not active. */
  secondKey?: string;
  /** Another address of the server, for the page with tags from two. */
  otherOrigin?: string;
  /** 0 for any free one. */
  port?: number;
}

const folder = path.dirname(fileURLToPath(import.meta.url));

/** The policies of pages that have one. */
const policies: Record<string, (widgetOrigin: string, nonce: string) => string> = {
  'strict-csp.html': (origin, nonce) =>
    `default-src 'none'; script-src 'nonce-${nonce}' ${origin}; style-src 'nonce-${nonce}'; img-src 'self'; connect-src 'self'; frame-src ${origin}; base-uri 'none'`,
  'trusted-types.html': (origin) =>
    `default-src 'self'; script-src ${origin}; connect-src ${origin}; frame-src ${origin}; require-trusted-types-for 'script'; trusted-types 'none'`,
  'doctor/csp-script.html': () => "script-src 'self'",
  'doctor/nonce.html': (origin, nonce) => `script-src 'nonce-${nonce}'; frame-src ${origin}; connect-src ${origin}`,
  'doctor/csp-frame.html': () => "frame-src 'self'",
  'doctor/csp-connect.html': () => "connect-src 'self'",
  'doctor/csp-connect-and-images.html': (origin) => `default-src 'none'; script-src ${origin}; frame-src ${origin}`,
  'doctor/csp-connect-and-frames.html': (origin) => `default-src 'self'; script-src ${origin}; img-src ${origin}`,
};

/**
 * Serves the folder on loopback. In `doctor/` are pages on which something is wrong; with `?fixed` they come without their
 * policy.
 */
export async function serveTestPages(options: TestPagesOptions): Promise<TestPages> {
  const { widgetOrigin, publicKey, secondKey = publicKey, otherOrigin = widgetOrigin, port = 0 } = options;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
    const name = `${pathname.startsWith('/doctor/') ? 'doctor/' : ''}${path.basename(pathname)}`;
    const nonce = randomBytes(12).toString('base64');
    try {
      const page = await readFile(path.join(folder, name.endsWith('.html') ? name : 'plain.html'), 'utf8');
      const policy = searchParams.has('fixed') ? undefined : policies[name]?.(widgetOrigin, nonce);
      response.writeHead(200, {
        'content-type': 'text/html; charset=utf-8',
        ...(policy && { 'content-security-policy': policy }),
      });
      response.end(
        page
          .replaceAll('{{origin}}', widgetOrigin)
          .replaceAll('{{publicKey}}', publicKey)
          .replaceAll('{{secondKey}}', secondKey)
          .replaceAll('{{otherOrigin}}', otherOrigin)
          .replaceAll('{{nonce}}', nonce),
      );
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [widgetOrigin = 'http://127.0.0.1:4000', publicKey = 'demo-widget'] = process.argv.slice(2);
  const { origin } = await serveTestPages({ widgetOrigin, publicKey, port: 4100 });
  console.log(`${origin}/plain.html, with the widget ${publicKey} of ${widgetOrigin}`);
}
