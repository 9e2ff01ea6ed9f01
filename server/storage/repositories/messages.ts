import type { ConversationStatus, MessageRole } from '../../../shared/conversation-vocabulary.ts';
import type { Conversation, JsonObject, Message } from '../../../shared/schema.ts';

export interface NewMessage {
  conversationId: string;
  role: MessageRole;
  content: string;
  /** What lists of conversations show of it; left out: the content. */
  previewText?: string;
  metadata?: JsonObject;
  /** Made by the sender; the same one again in this conversation is the same message. */
  clientMessageId?: string | null;
  /** The user who writes as an agent. */
  authorId?: string | null;
  /** When given, the conversation must be this visitor's, else it counts as not found. */
  onlyForVisitorId?: string;
  /**
   * The conversation's status afterwards: left alone (the default), `reopen` (from closed or snoozed to open, or to
   * waiting while a handoff is open, else left alone), or the one given. Where it sets a status other than snoozed, `snoozedUntil` becomes null.
   */
  statusAfter?: ConversationStatus | 'reopen';
  /** When given, a new message enqueues the job to answer it, with this payload: kind `answer`, its subject the message. */
  answerJob?: JsonObject;
}

export interface AppendResult {
  message: Message;
  /** True when the client-made id was known: nothing changed, and `message` is the one stored first. */
  repeated: boolean;
  /** The conversation as it is after this message (or as it is now, for a repeated one). */
  conversation: Conversation;
}

export interface MessageRange {
  /** Only messages with a higher sequence number, the lowest first: what a reader missed. */
  after?: number | undefined;
  /** Only messages with a lower sequence number: older ones. Not together with `after`. */
  before?: number | undefined;
  /** 1 to 100. */
  limit: number;
}

export interface MessagesRepository {
  /**
   * Stores a message under the next sequence number and, in the same step, updates the conversation: count, preview
   * (`previewOf` of `previewText` or the content), `lastMessageAt` and `updatedAt` (both the message's `createdAt`), status, and the
   * sender's read mark (visitor for `user`, agent for `agent`), which becomes the new number. An agent's message ends
   * the open handoff as `answered` at the message's `createdAt`. The answer job is enqueued in the same step, due at once.
   * Resolves after it is durable.
   * The same client-made id again stores and enqueues nothing and spends no sequence number, also when both are sent at once, from
   * any process. Concurrent messages of a conversation get different, gapless numbers. A message that cannot be stored
   * does not fail others stored at the same time.
   * @throws NotFoundError `conversation`, also for a known client-made id when `onlyForVisitorId` is someone else
   * @throws StorageOverloadedError when too many writes are waiting; nothing was stored
   */
  append(input: NewMessage): Promise<AppendResult>;

  /**
   * Ascending by sequence number: with `after` the oldest `limit` beyond it, else the newest `limit` (below `before`).
   * `hasMore` says whether the range holds more in that direction. Empty for an unknown conversation.
   */
  list(conversationId: string, range: MessageRange): Promise<{ items: Message[]; hasMore: boolean }>;

  /** By its client-made id, within a conversation. Undefined when there is none. */
  findClientMade(conversationId: string, clientMessageId: string): Promise<Message | undefined>;

  /** By id, within a conversation. Undefined when there is none. */
  find(conversationId: string, id: string): Promise<Message | undefined>;
}
