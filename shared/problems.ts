/** The closed catalogue of errors the HTTP API answers with, as RFC 9457 problem documents. */
export const problems = {
  'validation-failed': { status: 400, title: 'The request does not fit the contract.' },
  'invalid-json': { status: 400, title: 'The body is not valid JSON.' },
  'invalid-encoding': { status: 400, title: 'The request is not valid UTF-8.' },
  'invalid-cursor': { status: 400, title: 'The cursor was not given out by this list.' },
  'body-too-large': { status: 413, title: 'The body is too large.' },
  'file-refused': { status: 415, title: 'This file is not taken.' },
  'unsupported-media-type': { status: 415, title: 'The body must be sent as JSON.' },
  'bad-request': { status: 400, title: 'The request cannot be understood.' },
  'headers-too-large': { status: 431, title: 'Address and headers are too large.' },
  'request-timeout': { status: 408, title: 'The request did not arrive in time.' },
  'not-signed-in': { status: 401, title: 'Sign in first.' },
  'wrong-credentials': { status: 401, title: 'Email address or password is wrong.' },
  'second-factor-needed': { status: 401, title: 'A code of the second factor is needed.' },
  'invalid-api-key': { status: 401, title: 'A valid API key is needed.' },
  'invalid-visitor-token': { status: 401, title: 'A valid visitor token is needed.' },
  'not-permitted': { status: 403, title: 'Your role does not allow this.' },
  'registration-closed': { status: 403, title: 'New accounts are made by invitation here.' },
  'origin-refused': { status: 403, title: 'Requests from this origin are refused.' },
  'site-not-allowed': { status: 403, title: 'This site is not on the list of allowed sites of the widget.' },
  'not-found': { status: 404, title: 'There is nothing here for you.' },
  'method-not-allowed': { status: 405, title: 'This address does not take this method.' },
  conflict: { status: 409, title: 'This conflicts with what is there.' },
  gone: { status: 410, title: 'This is no longer valid.' },
  'too-many-requests': { status: 429, title: 'Too many requests.' },
  'internal-error': { status: 500, title: 'Something went wrong on our side.' },
  unavailable: { status: 503, title: 'Confab cannot reach its storage.' },
  overloaded: { status: 503, title: 'Confab is too busy to take this now.' },
} as const satisfies Record<string, { status: number; title: string }>;

export type ProblemCode = keyof typeof problems;

/** One fault of a request. `pointer` is a JSON pointer into the body; `parameter` names a path or query parameter. */
export interface Fault {
  detail: string;
  pointer?: string;
  parameter?: string;
}

/** The body of every error answer, media type `application/problem+json`. */
export interface Problem {
  /** `/problems#<code>`: a page that explains it. */
  type: string;
  title: string;
  status: number;
  /** What is wrong here and what to do. */
  detail: string;
  /** The same id as in the `X-Request-Id` header and in the server's log. */
  requestId: string;
  /** All faults of the request, when there are any to list. */
  errors?: Fault[];
}
