import type { IncomingMessage, ServerResponse } from 'node:http';

/** What holds for every answer that says nothing else: it is no page, is shown by nobody, and is what its type says. */
const defaults = {
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
} as const;

/** A handler for Express that goes first; those behind it set their own headers over these. */
export function setDefaultHeaders(_request: IncomingMessage, response: ServerResponse, next: () => void): void {
  for (const [name, value] of Object.entries(defaults)) response.setHeader(name, value);
  next();
}

/**
 * Has browsers reach this host by HTTPS alone for a year, where its address is an https one. Of subdomains it says
 * nothing: they are somebody else's.
 */
export function demandHttps(response: ServerResponse, publicUrl: string | undefined): void {
  if (publicUrl?.startsWith('https:')) response.setHeader('Strict-Transport-Security', 'max-age=31536000');
}
