import type { Config } from '../config.ts';
import type { ExchangeRequest } from './exchange.ts';

/**
 * Where people reach this server, without a trailing slash, for links and tags that leave it: `PUBLIC_URL`, else the
 * host this request was sent to. The protocol is what a trusted proxy says, else `http`.
 */
export function publicOriginOf(
  config: Pick<Config, 'publicUrl' | 'trustProxyHops'>,
  request: Pick<ExchangeRequest, 'headers'>,
): string {
  if (config.publicUrl !== undefined) return config.publicUrl;
  const forwarded = config.trustProxyHops > 0 ? String(request.headers['x-forwarded-proto'] ?? '') : '';
  const protocol = forwarded.split(',', 1)[0]?.trim().toLowerCase() === 'https' ? 'https' : 'http';
  const host = request.headers.host ?? '';
  return `${protocol}://${/^[a-z0-9.:[\]_-]+$/i.test(host) ? host : 'localhost'}`;
}
