import type { Job } from '../../../shared/schema.ts';

/**
 * The working end of the job queue, across clients: a job names the client whose storage its work may use. Any process
 * may take any job; a lease that is not renewed in time makes it free again.
 */
export interface QueueRepository {
  /**
   * Takes at most `limit` jobs of these kinds that are due and free, for `leaseMs` from now, in the order of `job-order.ts`:
   * the longest due first; and counts the attempt. No job is given to two at the same time.
   */
  claim(wanted: { kinds: readonly Job['kind'][]; limit: number; leaseMs: number }): Promise<Job[]>;

  /** Keeps a claimed job for `leaseMs` from now. False when it was lost: its work is to be given up. */
  renew(job: Job, leaseMs: number): Promise<boolean>;

  /**
   * Ends a claimed job: it is gone. False when it was lost; then whatever was done in the same transaction must not
   * happen (throw).
   */
  complete(job: Job): Promise<boolean>;

  /**
   * Gives a claimed job back, to be taken at `runAt` or later. With an error the attempt counts; with null the job was not
   * at fault, and it does not. False when it was lost.
   */
  giveBack(job: Job, back: { runAt: Date; error: string | null }): Promise<boolean>;

  /** How many are due and free, and since when the oldest is (null: none). For health and metrics. */
  waiting(): Promise<{ count: number; oldest: Date | null }>;

  /**
   * How many failed when they were last tried and wait to be tried again (`failing`), and how many were left by whoever
   * worked on them and are not taken up yet (`abandoned`). For health and metrics.
   */
  troubles(): Promise<{ failing: number; abandoned: number }>;
}
