import { FetchError } from '../../lib/fetch-error.ts';
import type { GuardedFetch } from '../../lib/guarded-fetch.ts';

/** As much of the global `fetch` as is used here. */
export type Fetch = (url: string, init?: RequestInit) => Promise<Response>;

const bytesMax = 8_000_000;
/** Callers have shorter deadlines of their own. */
const timeMsMax = 180_000;

/** The guarded fetch in the form of the global one, for addresses that owners enter. Redirects are not followed. */
export function guardedRequest(guarded: GuardedFetch): Fetch {
  return async (url, { method = 'GET', headers, body, signal } = {}) => {
    const response = await guarded.open(url, {
      method: method as 'GET' | 'POST',
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' && { body }),
      ...(signal && { signal }),
      bytesMax,
      timeMsMax,
      redirectsMax: 0,
    });
    const given = new Headers(response.headers);
    // It is unpacked already.
    given.delete('content-encoding');
    given.delete('content-length');
    const { status } = response;
    if (status === 204 || status === 205 || status === 304) {
      response.discard();
      return new Response(null, { status, headers: given });
    }
    return new Response(ReadableStream.from(response.body) as ReadableStream<Uint8Array>, { status, headers: given });
  };
}

/** Whether the request was not made at all, because of where it leads; the message says why. */
export function isRefused(error: Error): boolean {
  return error instanceof FetchError && (error.kind === 'private' || error.kind === 'url');
}
