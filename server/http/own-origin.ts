import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether an origin (or the origin of a whole address) is the one this server is reached under: the configured one, or
 * the one in the `Host` header.
 */
export function isOwnOrigin(origin: string, host: string | undefined, publicOrigin: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  const url = new URL(origin);
  return url.host === host || (publicOrigin !== undefined && url.origin === new URL(publicOrigin).origin);
}

/**
 * Whether a request may come from one of our own pages or from a program. Browsers say where a request comes from, and
 * a page cannot make them lie; programs say nothing and cannot be made to carry somebody's cookie.
 */
export function comesFromOwnPageOrProgram(headers: IncomingHttpHeaders, publicOrigin: string | undefined): boolean {
  const site = headers['sec-fetch-site'];
  const { origin } = headers;
  const siteIsOwn = site === undefined || site === 'same-origin' || site === 'none';
  return siteIsOwn && (origin === undefined || isOwnOrigin(origin, headers.host, publicOrigin));
}
