import { readFile } from 'node:fs/promises';
import type { Deps } from '../../deps.ts';
import { projectPath } from '../../lib/paths.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { demoCredentials } from '../demo/demo-credentials.ts';
import { escapeHtml, ownConnections, policy, scriptDirectives, withNonce } from './page-headers.ts';

const pageFile = projectPath('server', 'modules', 'embed', 'pages', 'demo.html');

/** An ordinary page with the demo client's first widget on it; undefined when there is no demo client. */
export async function demoPage(
  { storage }: Pick<Deps, 'storage'>,
  nonce: string,
  file = pageFile,
): Promise<string | undefined> {
  const apiKey = await storage.directory.findApiKeyByHash(sha256Hex(demoCredentials.apiKey));
  const [widget] = apiKey ? await storage.forClient(apiKey.clientId).widgets.list() : [];
  if (!widget) return undefined;
  const page = await readFile(file, 'utf8');
  return withNonce(page, nonce).replaceAll('{{publicKey}}', escapeHtml(widget.publicKey));
}

/** As strict as a careful site's: its own script and style alone, frames from our origin. */
export function demoPolicy(origin: string, nonce: string): string {
  return policy({
    ...scriptDirectives(nonce),
    'style-src': [`'nonce-${nonce}'`],
    'img-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ownConnections(origin),
    'frame-src': ["'self'"],
    'frame-ancestors': ["'none'"],
  });
}
