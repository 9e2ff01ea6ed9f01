import { type Fault, type Problem, type ProblemCode, problems } from '../../shared/problems.ts';
import {
  ConflictError,
  type ConflictReason,
  InvalidCursorError,
  NotFoundError,
  StorageOverloadedError,
  StorageUnavailableError,
} from '../storage/errors.ts';
import type { ExchangeAnswer } from './exchange.ts';

/** Thrown where an error is decided; the door turns it into a problem document. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly code: ProblemCode;
  readonly faults: Fault[] | undefined;
  readonly headers: Readonly<Record<string, string>>;

  /** `detail` says what is wrong here and what to do; it reaches the caller word for word. */
  constructor(code: ProblemCode, detail: string, more: { faults?: Fault[]; headers?: Record<string, string> } = {}) {
    super(detail);
    this.code = code;
    this.faults = more.faults;
    this.headers = more.headers ?? {};
  }
}

/** Everything wrong with the input at once. */
export function validationProblem(faults: Fault[]): HttpProblem {
  const count = faults.length === 1 ? 'One thing needs' : `${faults.length} things need`;
  return new HttpProblem('validation-failed', `${count} to be corrected: see errors.`, { faults });
}

const conflictDetails: Record<ConflictReason, string> = {
  email_taken: 'There is already a user with this email address. Sign in instead, or use another address.',
  already_member: 'This person is already a member.',
  key_taken: 'This key is already in use. Try again.',
  token_taken: 'This token is already in use. Try again.',
  external_id_taken: 'Another visitor already has this id.',
  id_taken: 'This id is already in use.',
  last_owner: 'A client needs at least one owner. Make somebody else an owner first.',
  in_use: 'It is still in use.',
  shortcut_taken: 'Another canned reply already has this shortcut.',
  already_answered: 'This question has been answered already.',
};

/** The one table from error class to problem. Whatever is not listed is an internal error, told without its text. */
export function toHttpProblem(error: unknown): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof NotFoundError) return new HttpProblem('not-found', `No such ${words(error.entity)}.`);
  if (error instanceof ConflictError) return new HttpProblem('conflict', conflictDetails[error.reason]);
  if (error instanceof InvalidCursorError) {
    return new HttpProblem('invalid-cursor', 'Use a cursor from nextCursor of this list, unchanged, or leave it out.');
  }
  if (error instanceof StorageUnavailableError) {
    return new HttpProblem(
      'unavailable',
      'The database does not answer. Nothing you sent is lost on your side: try again.',
      {
        headers: { 'Retry-After': '2' },
      },
    );
  }
  if (error instanceof StorageOverloadedError) {
    return new HttpProblem('overloaded', 'Too many messages are waiting to be stored. Try again shortly.', {
      headers: { 'Retry-After': String(error.retryAfterSeconds) },
    });
  }
  return new HttpProblem('internal-error', 'The fault is logged under this request id. Trying again may help.');
}

/** `apiKey` → `API key`, for people. */
function words(entity: string): string {
  return entity === 'apiKey' ? 'API key' : entity.replace(/([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);
}

export function problemDocument(problem: HttpProblem, requestId: string): Problem {
  const { status, title } = problems[problem.code];
  return {
    type: `/problems#${problem.code}`,
    title,
    status,
    detail: problem.message,
    requestId,
    ...(problem.faults ? { errors: problem.faults } : {}),
  };
}

/** The problem as an answer with its media type. */
export function problemAnswer(problem: HttpProblem, requestId: string): ExchangeAnswer & { body: string } {
  const document = problemDocument(problem, requestId);
  return {
    status: document.status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...problem.headers },
    body: JSON.stringify(document),
  };
}
