import { currentSpan, isTracing, traced } from './tracing.ts';

type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

/**
 * The same fetch, whose requests are spans (of method, host and status) and tell the trace they belong to in
 * `traceparent`. For engines and webhooks: pages that are only read are told nothing.
 */
export function tracedFetch(fetch: Fetch): Fetch {
  return (url, init) => {
    if (!isTracing()) return fetch(url, init);
    const method = init?.method ?? 'GET';
    const attributes = { 'http.request.method': method, 'server.address': hostOf(url) };
    return traced({ name: method, kind: 'client', attributes }, async (span) => {
      const headers = new Headers(init?.headers);
      const own = currentSpan();
      if (own) headers.set('traceparent', own.traceparent);
      const response = await fetch(url, { ...init, headers });
      span.set({ 'http.response.status_code': response.status });
      if (response.status >= 400) span.fail(String(response.status));
      return response;
    });
  };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : '';
}
