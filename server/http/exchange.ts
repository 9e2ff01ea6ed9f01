import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import type { User } from '../../shared/schema.ts';

/** The sign-in session of one request, as far as routes may see it. */
export interface SessionHandle {
  /** Changes with every sign-in; undefined for a stranger. */
  readonly sessionId: string | undefined;
  /** The signed-in user's id; undefined for a stranger. */
  readonly userId: string | undefined;
  /** Checks address and password with passport's local strategy; undefined when either is wrong. */
  authenticate(email: string, password: string): Promise<User | undefined>;
  /** Signs in under a fresh session id. `address`, masked, is what the person knows the session by later. */
  signIn(user: User, address: string): Promise<void>;
  /** Ends the session; harmless without one. */
  signOut(): Promise<void>;
}

/** A request as routes see it, the same through either door of the server. */
export interface ExchangeRequest {
  readonly requestId: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Decoded path parameters. */
  readonly params: Readonly<Record<string, string>>;
  /** Without the question mark. */
  readonly query: string;
  readonly headers: IncomingHttpHeaders;
  /** Empty where the endpoint takes a file. */
  readonly body: Buffer;
  /**
   * Where the endpoint takes a file: its bytes as they arrive, read once at most. Rejects with an HttpProblem when there
   * are too many or they break off.
   */
  readonly upload?: AsyncIterable<Uint8Array> | undefined;
  /** The peer's address, through trusted proxies. For limits only; never stored whole. */
  readonly remoteAddress: string;
  /** Present on routes that are mounted behind the session middleware. */
  readonly session: SessionHandle | undefined;
}

/** What goes back: status, headers beyond the common ones, and the bytes; with a stream `Content-Length` is among them. */
export interface ExchangeAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer | Readable | undefined;
}
