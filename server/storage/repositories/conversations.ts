import type { ConversationStatus } from '../../../shared/conversation-vocabulary.ts';
import type { Conversation, JsonObject } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export interface NewConversation {
  widgetId?: string | null;
  visitorId?: string | null;
  /** With a visitor: a repeated create with the same one returns the first conversation. Without one it is only kept. */
  clientConversationId?: string | null;
  title?: string | null;
  metadata?: JsonObject;
}

/** A filter that is left out does not filter. `assigneeId: null` means unassigned. */
export interface ConversationFilter {
  status?: ConversationStatus | undefined;
  widgetId?: string | undefined;
  visitorId?: string | undefined;
  assigneeId?: string | null | undefined;
}

export type ConversationPatch = Partial<
  Pick<Conversation, 'title' | 'status' | 'snoozedUntil' | 'assigneeId' | 'tags' | 'metadata'>
>;

export interface ConversationsRepository {
  /**
   * Starts an empty conversation, status `open`. `created` is false when `clientConversationId` was known for this
   * visitor: then nothing changes, the rest of the input is not looked at, and the first conversation is returned, from
   * any process, also when both are sent at once.
   * @throws NotFoundError `client`; `widget`, `visitor` (in this order) when one is named that the client does not have
   */
  create(input: NewConversation): Promise<{ conversation: Conversation; created: boolean }>;

  /** Undefined when there is none. */
  find(id: string): Promise<Conversation | undefined>;

  /** Those of them that are there; each once, in no order. */
  findAll(ids: readonly string[]): Promise<Conversation[]>;

  /** Most recently updated first (`updatedAt`, then id, both descending). @throws InvalidCursorError */
  list(filter: ConversationFilter, page: PageRequest): Promise<Page<Conversation>>;

  /**
   * Changes the given fields (and no others: `snoozedUntil` does not follow `status`) and `updatedAt`.
   * @throws NotFoundError `conversation`, or `member` when the new assignee is not a member of this client
   */
  update(id: string, patch: ConversationPatch): Promise<Conversation>;

  /**
   * Notes up to which sequence number a side has seen the thread. Never goes back, never beyond `lastSequence`, and
   * leaves `updatedAt` alone.
   * @throws NotFoundError `conversation`
   */
  markRead(id: string, side: 'visitor' | 'agent', sequence: number): Promise<Conversation>;

  /** Removes it with its messages. @throws NotFoundError `conversation` */
  remove(id: string): Promise<void>;
}
