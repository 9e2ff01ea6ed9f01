import type * as z from 'zod/mini';
import type { Permission } from '../permissions.ts';

/**
 * Who may call an endpoint. `member` endpoints have `:clientId` in their path; the guard turns it into the caller's
 * membership. An endpoint without an access decision does not compile.
 */
export type Access =
  | { kind: 'public' }
  | { kind: 'session' }
  | { kind: 'member'; permission: Permission }
  | { kind: 'apiKey' }
  | { kind: 'visitor' };

type Schema = z.ZodMiniType;

/** One operation of the HTTP API as a value: the server implements it, browsers call it, the OpenAPI page shows it. */
export interface Endpoint {
  /** Unique; the operation id in the OpenAPI document. */
  name: string;
  method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  /** Express form, as in `/api/clients/:clientId`. */
  path: string;
  /** Further paths that are served alike. */
  alsoAt?: readonly string[];
  access: Access;
  /** Heading under which the API page lists it. */
  area: string;
  /** One sentence. */
  summary: string;
  params?: Schema;
  query?: Schema;
  body?: Schema;
  /** Set where the body is not JSON but the bytes of a file, which are read as they arrive. Not together with `body`. */
  upload?: { bytesMax: number };
  /** Status of success. */
  status: 200 | 201 | 204;
  /** Shape of the answer; absent with 204. */
  answer?: Schema;
  /** Set where the answer is the bytes of a file. Not together with `answer`. */
  download?: true;
  /** Headers of the answer worth documenting, name to meaning. */
  answerHeaders?: Readonly<Record<string, string>>;
}

/** Keeps the literal types of an endpoint, so that handlers and callers know its inputs and its answer. */
export function defineEndpoint<const E extends Endpoint>(endpoint: E): E {
  return endpoint;
}

type Parsed<S> = S extends Schema ? z.output<S> : undefined;
type Sent<S> = S extends Schema ? z.input<S> : undefined;

/** What a handler gets: every part parsed, unknown members dropped. */
export interface InputOf<E extends Endpoint> {
  params: Parsed<E['params']>;
  query: Parsed<E['query']>;
  body: Parsed<E['body']>;
}

/** What a caller sends. */
export interface CallOf<E extends Endpoint> {
  params: Sent<E['params']>;
  query: Sent<E['query']>;
  body: Sent<E['body']>;
}

/** The view that is answered; undefined for 204. */
export type AnswerOf<E extends Endpoint> = E['answer'] extends Schema ? z.output<E['answer']> : undefined;
