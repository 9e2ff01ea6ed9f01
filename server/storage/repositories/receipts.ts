import type { AnswerReceipt } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewReceipt = Omit<AnswerReceipt, 'clientId' | 'createdAt' | 'rating' | 'reviewedAt' | 'worstOrder'>;

/** Questions that ask alike and got no answer. */
export interface UnansweredGroup {
  questionKey: string;
  /** The latest of them, as it was asked. */
  question: string;
  count: number;
  lastAskedAt: Date;
  /** Where the latest was asked. */
  conversationId: string;
  questionMessageId: string;
}

/** How answers came about. */
export interface ReceiptsRepository {
  /**
   * One for each question: a second one is refused, so that a question is answered once.
   * @throws NotFoundError `conversation` @throws ConflictError `already_answered`
   */
  create(input: NewReceipt): Promise<AnswerReceipt>;

  /** Undefined when there is none. */
  find(questionMessageId: string): Promise<AnswerReceipt | undefined>;

  /** By the assistant's message, of several questions that it answered the newest. Undefined when there is none. */
  findByAnswer(answerMessageId: string): Promise<AnswerReceipt | undefined>;

  /** What the visitor thought of these answers, of those that were rated; in no order. At most 1,000 ids. */
  ratings(answerMessageIds: readonly string[]): Promise<{ answerMessageId: string; rating: 1 | -1 }[]>;

  /**
   * Newest first (`createdAt`, then id descending); with `order: 'worst'` those rated -1 first, then unknown and failed
   * ones, then the rest by confidence ascending (none last), within each the newest first. @throws InvalidCursorError
   */
  list(filter: { order?: 'newest' | 'worst'; widgetId?: string }, page: PageRequest): Promise<Page<AnswerReceipt>>;

  /**
   * What the visitor thought of an answer in this conversation; the latest counts.
   * @throws NotFoundError `receipt`
   */
  rate(by: { conversationId: string; answerMessageId: string }, rating: 1 | -1 | null): Promise<AnswerReceipt>;

  /**
   * An agent has put right what this question, and all unanswered ones of its group, lacked.
   * @throws NotFoundError `receipt`
   */
  markReviewed(questionMessageId: string): Promise<void>;

  /**
   * Groups of `unknown` and `failed` ones that nobody has reviewed: the largest first, then the latest. At most `limit`.
   */
  unanswered(limit: number): Promise<UnansweredGroup[]>;

  /** Of those created at or after `since`, by outcome. */
  counts(since: Date): Promise<Partial<Record<AnswerReceipt['outcome'], number>>>;
}
