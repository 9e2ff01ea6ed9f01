import type { ErasedCounts } from '../../../shared/privacy-vocabulary.ts';
import type { ClientPrivacy } from '../../../shared/schema.ts';

/** Without the row's own columns: what holds for a client that has never set anything, too. */
export type PrivacySettings = Pick<ClientPrivacy, 'retentionDays' | 'lastRunAt' | 'lastRun'>;

/** How long the client keeps what visitors said, and what has become old enough to go. */
export interface PrivacyRepository {
  /** Null in every field when nothing was ever set. */
  settings(): Promise<PrivacySettings>;

  /** @throws NotFoundError `client` */
  setRetention(days: number | null): Promise<PrivacySettings>;

  /** Notes what a run has erased, and that it was done now. @throws NotFoundError `client` */
  noteRun(erased: ErasedCounts): Promise<PrivacySettings>;

  /**
   * How many conversations have had no message since `before` (nor were begun since then), and how many visitors were not
   * seen since then and have no other conversation.
   */
  countDue(before: Date): Promise<{ conversations: number; visitors: number }>;

  /**
   * Ids of at most `limit` such conversations, the longest unchanged first. Inside a transaction nothing is added to them
   * until it ends; one to which something was added just now is not among them.
   */
  holdDue(before: Date, limit: number): Promise<string[]>;

  /** Removes at most `limit` visitors who have no conversation and were not seen since `before`. Answers how many. */
  removeIdleVisitors(before: Date, limit: number): Promise<number>;

  /**
   * Replaces the details of audit entries about people and their conversations that were made before this time by
   * `erasedDetails`; at most `limit`. Answers how many.
   */
  eraseAuditDetails(before: Date, limit: number): Promise<number>;
}

/** Audit entries about these say something of persons. */
export const personalTargets = ['conversation', 'note', 'visitor', 'member', 'invitation', 'user'] as const;
