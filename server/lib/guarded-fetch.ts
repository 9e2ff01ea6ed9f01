import { lookup as resolveName } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { pipeline, type Readable } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Agent, buildConnector, Dispatcher } from 'undici';
import { explainFetch, FetchError } from './fetch-error.ts';
import { createFetchPolicy, type FetchPolicy, literalAddress } from './fetch-policy.ts';

export interface FetchOptions {
  signal?: AbortSignal;
  method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  /** Names in lower case. Authorization and cookies do not follow a redirect to another origin. */
  headers?: Record<string, string>;
  body?: string | Buffer;
  /** Of the body, as received and as unpacked. */
  bytesMax?: number;
  /** From the first look-up to the last byte. */
  timeMsMax?: number;
  /** How many redirects are followed; 0 gives the redirecting response itself. */
  redirectsMax?: number;
}

export interface FetchedHead {
  /** Where the response came from, after redirects. */
  url: string;
  status: number;
  /** Names in lower case; several of one name are joined with a comma. */
  headers: Record<string, string>;
}

/** A response whose body is read as it comes; it ends with a `FetchError` when a limit is passed. */
export interface OpenedResponse extends FetchedHead {
  body: AsyncIterable<Buffer>;
  /** Lets go of a body that is not read to its end. */
  discard(): void;
}

export interface FetchedResponse extends FetchedHead {
  body: Buffer;
}

/** The only way out of this server to addresses that people name. */
export interface GuardedFetch {
  /** @throws FetchError; the signal's reason when aborted. */
  fetch(url: string, options?: FetchOptions): Promise<FetchedResponse>;
  /** The same, for bodies that are too large for memory or come bit by bit. */
  open(url: string, options?: FetchOptions): Promise<OpenedResponse>;
  /** Ends what is open. */
  close(): Promise<void>;
}

type Resolve = (hostname: string) => Promise<{ address: string; family: number }[]>;

const defaults = { bytesMax: 25 * 1024 * 1024, timeMsMax: 30_000, redirectsMax: 5 };
const defaultUserAgent = 'Confab';
const connectTimeoutMs = 10_000;

/**
 * Fetches over HTTP and HTTPS from public addresses alone. Every address is checked when the connection is made, on what
 * the name resolved to for that very connection, so neither redirects nor a name server that changes its mind lead
 * inside. Ports are 80, 443 and those from 1024, which leaves mail and other old services alone.
 */
export function createGuardedFetch(options: {
  /** Hosts, addresses and networks that may be reached although they are not public. */
  allowPrivate: string[];
  userAgent?: string;
  /** In place of the system's resolver. */
  resolve?: Resolve;
}): GuardedFetch {
  const policy = createFetchPolicy(options.allowPrivate);
  const userAgent = options.userAgent ?? defaultUserAgent;
  const resolve = options.resolve ?? ((hostname: string) => resolveName(hostname, { all: true }));
  let agent: Promise<Agent> | undefined;

  async function open(target: string, given: FetchOptions = {}): Promise<OpenedResponse> {
    const { bytesMax, timeMsMax, redirectsMax } = { ...defaults, ...given };
    const timer = AbortSignal.timeout(timeMsMax);
    const signal = given.signal ? AbortSignal.any([given.signal, timer]) : timer;
    const toFetchError = (error: unknown) => explainFetch(error, { given: given.signal, timer, timeMsMax });
    agent ??= makeAgent(policy, resolve);
    const dispatcher = await agent;
    const { request } = await import('undici');
    let url = checkedUrl(target);
    let { method = 'GET', body } = given;
    const headers: Record<string, string> = {
      'user-agent': userAgent,
      'accept-encoding': 'gzip, br',
      ...given.headers,
    };
    for (let redirects = 0; ; redirects += 1) {
      let response: Dispatcher.ResponseData;
      try {
        response = await request(url, { dispatcher, method, headers, body: body ?? null, signal });
      } catch (error) {
        throw toFetchError(error);
      }
      const location = redirectOf(response);
      if (location === undefined || redirectsMax === 0) {
        return opened(response, { url: url.href, bytesMax, toFetchError });
      }
      response.body.on('error', () => undefined).destroy();
      if (redirects >= redirectsMax)
        throw new FetchError('redirects', `The address redirects more than ${redirectsMax} times.`);
      const next = checkedUrl(location, url);
      if (next.origin !== url.origin)
        for (const name of ['authorization', 'cookie', 'proxy-authorization']) delete headers[name];
      if (response.statusCode === 303 || (response.statusCode < 303 && method === 'POST')) {
        method = 'GET';
        body = undefined;
        delete headers['content-type'];
      }
      url = next;
    }
  }

  return {
    open,
    async fetch(url, given) {
      const { body, discard: _, ...head } = await open(url, given);
      const pieces: Buffer[] = [];
      for await (const piece of body) pieces.push(piece);
      return { ...head, body: Buffer.concat(pieces) };
    },
    async close() {
      await (await agent)?.destroy();
    },
  };
}

async function makeAgent(policy: FetchPolicy, resolve: Resolve): Promise<Agent> {
  const { Agent, buildConnector } = await import('undici');
  const connect = buildConnector({ timeout: connectTimeoutMs, lookup: guardedLookup(policy, resolve) });
  return new Agent({
    connections: 8,
    connect: guardedConnector(connect, policy),
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 2_000,
  });
}

/** One bad address among several is one too many: which of them is taken is not ours to say. */
function guardedLookup(policy: FetchPolicy, resolve: Resolve): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const first = addresses[0];
        if (!first) callback(Object.assign(new Error('No address.'), { code: 'ENOTFOUND' }), []);
        else if (!addresses.every(({ address }) => policy.permits(hostname, address)))
          callback(leadsInside(hostname), []);
        else if (options.all) callback(null, addresses);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}

/** Addresses in URLs are never looked up; and what a socket is connected to in the end is looked at once more. */
function guardedConnector(connect: buildConnector.connector, policy: FetchPolicy): buildConnector.connector {
  return (options, callback) => {
    const { hostname } = options;
    const literal = literalAddress(hostname);
    if (literal && !policy.permits(hostname, literal)) {
      callback(leadsInside(hostname), null);
      return;
    }
    connect(options, (...result) => {
      const [error, socket] = result;
      if (error || !socket) {
        callback(...result);
      } else if (!socket.remoteAddress || !policy.permits(hostname, socket.remoteAddress)) {
        socket.destroy();
        callback(leadsInside(hostname), null);
      } else callback(null, socket);
    });
  };
}

function leadsInside(hostname: string): FetchError {
  return new FetchError(
    'private',
    `${hostname} leads into a private network, which is not fetched. Whoever runs Confab can allow it with FETCH_ALLOW_PRIVATE.`,
  );
}

function checkedUrl(target: string, base?: URL): URL {
  let url: URL;
  try {
    url = new URL(target, base);
  } catch {
    throw new FetchError('url', 'This is not an address, as in https://example.com/help.');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new FetchError('url', 'Only addresses that begin with http:// or https:// are fetched.');
  }
  if (url.username !== '' || url.password !== '') {
    throw new FetchError('url', 'Addresses with a user name or password in them are not fetched.');
  }
  const port = Number(url.port || (url.protocol === 'http:' ? 80 : 443));
  if (port < 1024 && port !== 80 && port !== 443) {
    throw new FetchError('url', `Port ${port} is not fetched from; web servers answer on 80, 443 or from 1024 on.`);
  }
  return url;
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData): string | undefined {
  if (![301, 302, 303, 307, 308].includes(statusCode)) return undefined;
  const { location } = headers;
  return Array.isArray(location) ? location[0] : location;
}

function opened(
  response: Dispatcher.ResponseData,
  options: { url: string; bytesMax: number; toFetchError(error: unknown): unknown },
): OpenedResponse {
  const { url, bytesMax, toFetchError } = options;
  const headers = Object.fromEntries(
    Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
    ),
  );
  const source = response.body as Readable;
  source.on('error', () => undefined);
  const tooLarge = () =>
    new FetchError('size', `The response is larger than the ${showBytes(bytesMax)} that are fetched.`);

  async function* read(): AsyncGenerator<Buffer> {
    let received = 0;
    try {
      if (Number(headers['content-length'] ?? 0) > bytesMax) throw tooLarge();
      for await (const piece of unpacked(source, headers['content-encoding'])) {
        received += piece.length;
        if (received > bytesMax) throw tooLarge();
        yield piece;
      }
    } catch (error) {
      throw error instanceof FetchError ? error : toFetchError(error);
    } finally {
      source.destroy();
    }
  }

  return { url, status: response.statusCode, headers, body: read(), discard: () => source.destroy() };
}

function unpacked(source: Readable, encoding = ''): AsyncIterable<Buffer> {
  const codings = encoding
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  const lenient = { finishFlush: constants.Z_SYNC_FLUSH };
  let stream = source;
  for (const coding of codings
    .filter((name) => name !== '' && name !== 'identity')
    .reverse()
    .slice(0, 3)) {
    const unpack =
      coding === 'gzip' || coding === 'x-gzip'
        ? createGunzip(lenient)
        : coding === 'br'
          ? createBrotliDecompress()
          : coding === 'deflate'
            ? createInflate(lenient)
            : undefined;
    if (!unpack) throw new FetchError('network', 'The server packed its response in a way that was not asked for.');
    stream = pipeline(stream, unpack, () => undefined);
  }
  return stream;
}

function showBytes(bytes: number): string {
  return bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${Math.round(bytes / 1024 / 1024)} MB`;
}
