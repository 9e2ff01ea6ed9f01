import type { Logger } from 'pino';
import type { JobKind } from '../../shared/knowledge-vocabulary.ts';
import type { Job } from '../../shared/schema.ts';
import type { IStorage, StorageScope } from '../storage/storage.ts';

/** What a handler is given besides its job. */
export interface JobContext {
  readonly storage: IStorage;
  readonly log: Logger;
  /**
   * Fires when the job is lost (its lease ran out, it was cancelled or begun anew, its client is gone) and when the
   * process stops. The handler gives up as soon as it can; whatever it throws then counts for nothing.
   */
  readonly signal: AbortSignal;
  /** From 1. */
  readonly attempt: number;
  /** No further attempt follows this one. */
  readonly isLastAttempt: boolean;
  /**
   * Runs `work` in a transaction in which the job is certainly still this handler's, so that two that work on the same
   * job never both write. @throws JobLostError when it is not
   */
  hold<T>(work: (scope: StorageScope) => Promise<T>): Promise<T>;
  /** The same, and the job is done with it: it leaves the queue in this transaction. @throws JobLostError */
  finish<T>(work: (scope: StorageScope) => Promise<T>): Promise<T>;
}

/** How the jobs of one kind are worked on. */
export interface JobHandler {
  /** How many of them one process works on at the same time. */
  atOnce: number;
  attemptsMax: number;
  /** How long to wait after this attempt (from 1) has failed. */
  retryDelayMs(attempt: number): number;
  /**
   * Does the work. It may have been begun before, by a process that was killed in the middle. When it returns, the job
   * is done and leaves the queue, if `finish` has not taken it out; when it throws, it is tried again.
   */
  run(job: Job, context: JobContext): Promise<void>;
  /**
   * Leaves things in order when the last attempt has failed (`error`), or when processes ended in the middle of each
   * (`error` is undefined). What it writes goes through `finish`.
   */
  giveUp(job: Job, context: JobContext, error: unknown): Promise<void>;
}

export type JobHandlers = Partial<Record<JobKind, JobHandler>>;

/** The job is no longer its worker's: what it still does must have no effect. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
  constructor() {
    super('The job was cancelled, begun anew, or taken over.');
  }
}
