import type { Conversation, Handoff } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export interface HandoffRequest {
  conversationId: string;
  requestedBy: Handoff['requestedBy'];
  reason: string | null;
  /** When given, the conversation must be this visitor's, else it counts as not found. */
  onlyForVisitorId?: string | undefined;
}

/** Of so many of the latest handoffs is told how long they took. */
export const handoffsLookedAt = 200;

/** `conversation.handoff` is the open handoff at any time: each method changes both in the same step. */
export interface HandoffsRepository {
  /**
   * Calls for a person: the conversation becomes `waiting`, no longer snoozed, and `updatedAt` changes. While a handoff
   * is open, another request changes nothing, is `repeated` and answers the open one; of several at once one opens it.
   * An agent's message ends it: see `messages.append`.
   * @throws NotFoundError `conversation`
   */
  request(input: HandoffRequest): Promise<{ handoff: Handoff; conversation: Conversation; repeated: boolean }>;

  /**
   * Ends the open handoff; nothing else of the conversation changes, `updatedAt` neither. Undefined when none is open.
   * @throws NotFoundError `conversation`
   */
  resolve(conversationId: string, resolution: NonNullable<Handoff['resolution']>): Promise<Conversation | undefined>;

  /**
   * All of a conversation, those that are over too, earliest first (by id). Empty for an unknown conversation.
   * @throws InvalidCursorError
   */
  list(conversationId: string, page: PageRequest): Promise<Page<Handoff>>;

  /**
   * How long visitors have waited until an agent answered, in milliseconds: of the latest 200 handoffs of the client
   * those that were asked for at or after `since` and ended as `answered`, the latest first.
   */
  waits(since: Date): Promise<number[]>;
}
