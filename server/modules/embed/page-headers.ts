import { randomBytes } from 'node:crypto';

/** Content-Security-Policy from directives; what is not named is not allowed. */
export function policy(directives: Record<string, readonly string[]>): string {
  const all = { 'default-src': ["'none'"], 'base-uri': ["'none'"], 'form-action': ["'none'"], ...directives };
  return Object.entries(all)
    .map(([name, sources]) => [name, ...sources].join(' '))
    .join('; ');
}

/** Sources for connections to our own origin: older Safari does not count `ws:` to the same host as `'self'`. */
export function ownConnections(origin: string): string[] {
  return ["'self'", origin.replace(/^http/, 'ws')];
}

/** A number that is used once, for one answer: what carries it in that page was put there by us. */
export function newNonce(): string {
  return randomBytes(16).toString('base64url');
}

/** Where the built pages have their nonce. */
const noncePlaceholder = '{{nonce}}';

/** The page of one answer. */
export function withNonce(page: string, nonce: string): string {
  return page.replaceAll(noncePlaceholder, nonce);
}

/**
 * Directives of a page with scripts: those with the nonce, and what these load, from wherever they say; nothing that
 * came into the page as text, whatever it is called. No text becomes markup or code through the DOM either.
 */
export function scriptDirectives(nonce: string): Record<string, readonly string[]> {
  return {
    'script-src': [`'nonce-${nonce}'`, "'strict-dynamic'"],
    'object-src': ["'none'"],
    'require-trusted-types-for': ["'script'"],
    'trusted-types': ["'none'"],
  };
}

/** Headers of every page we serve. Addresses are told to our own origin alone. */
export function pageHeaders(csp: string, origin: string): Record<string, string> {
  return {
    'Content-Security-Policy': csp,
    'Content-Type': 'text/html; charset=utf-8',
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    'Origin-Agent-Cluster': '?1',
    ...(origin.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
  };
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
