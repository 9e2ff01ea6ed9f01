import type { IncomingHttpHeaders } from 'node:http';
import { isOwnOrigin } from '../../http/own-origin.ts';

/** Longer than any real one: scheme, a name of 253 characters, port. */
const originCharsMax = 300;

/**
 * The origin of the page that asks, as its browser says; `null` for a page that has none. Undefined where it is not said,
 * and for Confab's own pages. Images and frames say it in `Referer` alone.
 */
export function siteOf(headers: IncomingHttpHeaders, publicOrigin: string | undefined): string | undefined {
  const given = headers.origin ?? headers.referer;
  if (given === undefined) return undefined;
  if (given === 'null') return given;
  if (!/^https?:\/\//.test(given) || !URL.canParse(given)) return undefined;
  const { origin } = new URL(given);
  return origin.length > originCharsMax || isOwnOrigin(origin, headers.host, publicOrigin) ? undefined : origin;
}
