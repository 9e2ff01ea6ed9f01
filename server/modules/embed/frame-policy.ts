import type { IncomingHttpHeaders } from 'node:http';
import type { Widget } from '../../../shared/schema.ts';
import { isOwnOrigin } from '../../http/own-origin.ts';
import { frameAncestors, isSiteAllowed, siteOfOrigin } from '../visitors/site-allowed.ts';
import { ownConnections, policy, scriptDirectives } from './page-headers.ts';

/** A list this long would not fit into a header everywhere; then the one site that asks is named. */
const ancestorCharsMax = 4_000;

/** Our own pages may always show the frame; `sites` are further ones. `origin` is our own. */
export function framePolicy(sites: string[], { origin, nonce }: { origin: string; nonce: string }): string {
  return policy({
    ...scriptDirectives(nonce),
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:', 'https:'],
    'media-src': ["'self'", 'data:'],
    'font-src': ["'self'"],
    'connect-src': ownConnections(origin),
    'frame-ancestors': ["'self'", ...sites],
  });
}

/** The sites that may show this widget, as sources of its policy. */
export function ancestorsOf({ allowedSites }: Widget, { referer }: IncomingHttpHeaders): string[] {
  const sources = frameAncestors(allowedSites);
  const fits = sources.join(' ').length <= ancestorCharsMax;
  return fits || !referer || !URL.canParse(referer) ? sources : [new URL(referer).origin];
}

/**
 * The site that shows the frame although it may not, as the line its owner would have to add; empty when the browser
 * does not say which. Undefined when nothing speaks against it: then the policy has the last word.
 */
export function refusedSite(
  { allowedSites }: Widget,
  headers: IncomingHttpHeaders,
  publicOrigin: string | undefined,
): string | undefined {
  const { referer } = headers;
  // Opened by itself, as from a link: the page that leads there does not show it.
  if (headers['sec-fetch-dest'] === 'document') return undefined;
  if (referer === undefined) {
    return headers['sec-fetch-site'] === 'cross-site' && allowedSites.length === 0 ? '' : undefined;
  }
  if (isOwnOrigin(referer, headers.host, publicOrigin) || isSiteAllowed(referer, allowedSites)) return undefined;
  return siteOfOrigin(referer) ?? '';
}
