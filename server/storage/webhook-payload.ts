import type { Conversation, Handoff, JsonObject, Message, Rating, Visitor } from '../../shared/schema.ts';
import type { ToldChange, WebhookEvent } from '../../shared/webhook-vocabulary.ts';
import { toldChanges } from '../../shared/webhook-vocabulary.ts';

/*
 * What the outbox keeps of an event, made by JavaScript in memory and by `database/outbox-sql.ts` in Postgres: the two
 * must agree, which the conformance suite proves. What receivers are sent is made of it by a presenter.
 */

/** An instant is ISO 8601 in UTC with milliseconds. */
export type StoredConversation = Pick<
  Conversation,
  'id' | 'widgetId' | 'visitorId' | 'title' | 'status' | 'assigneeId' | 'tags' | 'metadata' | 'lastSequence'
> & { snoozedUntil: string | null; createdAt: string; updatedAt: string };
export type StoredVisitor = Pick<Visitor, 'id' | 'externalId' | 'name' | 'email'>;
export type StoredMessage = Pick<
  Message,
  'id' | 'conversationId' | 'sequence' | 'role' | 'content' | 'metadata' | 'clientMessageId' | 'authorId'
> & { createdAt: string };
export type StoredHandoff = Pick<Handoff, 'id' | 'requestedBy' | 'reason' | 'resolution'> & {
  requestedAt: string;
  resolvedAt: string | null;
};
export type StoredRating = Pick<Rating, 'score' | 'comment'> & { createdAt: string };

export interface WebhookPayload {
  /** As the event left it. */
  conversation: StoredConversation;
  visitor: StoredVisitor | null;
  /** With `message.created`. */
  message?: StoredMessage;
  /** With `conversation.updated`. */
  changed?: ToldChange[];
  /** With `handoff.requested` and `handoff.resolved`. */
  handoff?: StoredHandoff;
  /** With `rating.created`. */
  rating?: StoredRating;
}

/** One event, as it goes to every webhook that wants it. */
export interface OutboxEvent {
  event: WebhookEvent;
  data: Omit<WebhookPayload, 'conversation' | 'visitor'>;
}

export function storedConversation(conversation: Conversation): StoredConversation {
  const { id, widgetId, visitorId, title, status, assigneeId, tags, metadata, lastSequence } = conversation;
  return {
    ...{ id, widgetId, visitorId, title, status, assigneeId, tags, metadata, lastSequence },
    snoozedUntil: conversation.snoozedUntil?.toISOString() ?? null,
    createdAt: conversation.createdAt.toISOString(),
    updatedAt: conversation.updatedAt.toISOString(),
  };
}

export function storedVisitor({ id, externalId, name, email }: Visitor): StoredVisitor {
  return { id, externalId, name, email };
}

export function messageCreated(message: Message): OutboxEvent {
  const { id, conversationId, sequence, role, content, metadata, clientMessageId, authorId, createdAt } = message;
  const stored = { id, conversationId, sequence, role, content, metadata, clientMessageId, authorId };
  return { event: 'message.created', data: { message: { ...stored, createdAt: createdAt.toISOString() } } };
}

/** What is told of a conversation that was changed: nothing when none of `toldChanges` is new. */
export function conversationChanged(before: Conversation, after: Conversation): OutboxEvent[] {
  const isTold = (name: ToldChange) => String(before[name] ?? '') !== String(after[name] ?? '');
  const changed = toldChanges.filter((name) => (name === 'tags' ? !sameTags(before, after) : isTold(name)));
  if (changed.length === 0) return [];
  const events: OutboxEvent[] = [{ event: 'conversation.updated', data: { changed } }];
  if (changed.includes('status') && after.status === 'closed') events.push({ event: 'conversation.closed', data: {} });
  return events;
}

function sameTags({ tags }: Conversation, { tags: others }: Conversation): boolean {
  return tags.length === others.length && tags.every((tag, index) => tag === others[index]);
}

export function handoffEvent(event: 'handoff.requested' | 'handoff.resolved', handoff: Handoff): OutboxEvent {
  const { id, requestedBy, reason, resolution } = handoff;
  const requestedAt = handoff.requestedAt.toISOString();
  const resolvedAt = handoff.resolvedAt?.toISOString() ?? null;
  return { event, data: { handoff: { id, requestedBy, reason, requestedAt, resolvedAt, resolution } } };
}

export function ratingCreated({ score, comment, createdAt }: Rating): OutboxEvent {
  return { event: 'rating.created', data: { rating: { score, comment, createdAt: createdAt.toISOString() } } };
}

/** A payload as the storages keep it. */
export function asJsonObject(payload: WebhookPayload): JsonObject {
  return payload as unknown as JsonObject;
}
