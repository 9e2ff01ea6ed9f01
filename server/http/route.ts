import type { Readable } from 'node:stream';
import type { Access, AnswerOf, Endpoint, InputOf } from '../../shared/contracts/endpoint.ts';
import type { ClientId } from '../../shared/ids.ts';
import type { Role } from '../../shared/permissions.ts';
import type { ApiKey, User, Widget } from '../../shared/schema.ts';
import type { VisitorProfile } from '../modules/visitors/identity-token.ts';
import type { ClientStorage } from '../storage/storage.ts';
import type { ExchangeRequest } from './exchange.ts';

/** A signed-in user acting for a client, with that client's storage open. */
export interface MemberCaller {
  kind: 'member';
  user: User;
  role: Role;
  clientId: ClientId;
  storage: ClientStorage;
}

/** A program that holds a secret key. */
export interface ApiKeyCaller {
  kind: 'apiKey';
  apiKey: ApiKey;
  clientId: ClientId;
  storage: ClientStorage;
}

/** A visitor, known by a token this server signed. The visitor's row may not exist yet. */
export interface VisitorCaller {
  kind: 'visitor';
  visitorId: string;
  /** Set when the site has said who it is. */
  profile: VisitorProfile | undefined;
  /** When the token was made. What it begins is refused when the visitor was erased since. */
  tokenIssuedAt: Date;
  widget: Widget;
  clientId: ClientId;
  storage: ClientStorage;
}

/** Who calls, as the guard has established it; nothing in it comes from a body. */
export interface Callers {
  public: { kind: 'public' };
  session: { kind: 'session'; user: User };
  member: MemberCaller;
  apiKey: ApiKeyCaller;
  visitor: VisitorCaller;
}
export type CallerOf<A extends Access> = Callers[A['kind']];

/** One call of an endpoint: who, with what. */
export interface Call<E extends Endpoint> {
  caller: CallerOf<E['access']>;
  params: InputOf<E>['params'];
  query: InputOf<E>['query'];
  body: InputOf<E>['body'];
  /** The bytes of the file, as they arrive; only of an endpoint that takes one. */
  upload: E extends { upload: object } ? AsyncIterable<Uint8Array> : undefined;
  request: ExchangeRequest;
}

/** A view with headers of its own, or bytes: ready to go, or as a stream, of which `Content-Length` says how many. */
export class Reply<View> {
  readonly view: View | undefined;
  readonly headers: Record<string, string>;
  readonly bytes: Buffer | Readable | undefined;
  constructor(parts: { view?: View; bytes?: Buffer | Readable; headers?: Record<string, string> }) {
    this.view = parts.view;
    this.bytes = parts.bytes;
    this.headers = parts.headers ?? {};
  }
}

/** An endpoint together with what answers it. */
export interface Route {
  endpoint: Endpoint;
  // biome-ignore lint/suspicious/noExplicitAny: routes of different endpoints live in one list; `route` checks each
  handle: (call: any) => Promise<unknown>;
}

/** Binds a handler to its endpoint; the compiler holds its input, its caller and its answer against the contract. */
export function route<const E extends Endpoint>(
  endpoint: E,
  handle: (call: Call<E>) => Promise<AnswerOf<E> | Reply<AnswerOf<E>>>,
): Route {
  return { endpoint, handle };
}
