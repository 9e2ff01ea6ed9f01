import type { Fault, Problem, ProblemCode } from '../../../../shared/problems.ts';

/** An error answer of the API. */
export class ProblemError extends Error {
  readonly status: number;
  /** The code of the closed catalogue, or an empty text when the answer was no problem document. */
  readonly code: string;
  readonly faults: readonly Fault[];
  readonly requestId: string;
  /** Seconds to wait before trying again, when the server named them. */
  readonly retryAfterSeconds: number | null;

  constructor(problem: Problem, retryAfterSeconds: number | null = null) {
    super(problem.detail || problem.title);
    this.name = 'ProblemError';
    this.status = problem.status;
    this.code = problem.type.split('#')[1] ?? '';
    this.faults = problem.errors ?? [];
    this.requestId = problem.requestId;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** The request got no answer: the network or the server is away. */
export class NoAnswerError extends Error {
  constructor(cause: unknown) {
    super('Confab cannot be reached. Check your connection and try again.', { cause });
    this.name = 'NoAnswerError';
  }
}

export function isProblem(error: unknown, code: ProblemCode): error is ProblemError {
  return error instanceof ProblemError && error.code === code;
}

/** Whether the same request may succeed later without anything being changed about it. */
export function isTemporary(error: unknown): boolean {
  if (error instanceof NoAnswerError) return true;
  return error instanceof ProblemError && (error.status >= 500 || error.status === 429 || error.status === 408);
}

/** One sentence for the person in front of the screen. */
export function sentenceOf(error: unknown): string {
  if (error instanceof ProblemError || error instanceof NoAnswerError) return error.message;
  return 'Something went wrong here. Reload the page and try again.';
}
