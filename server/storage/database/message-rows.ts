import type { ConversationStatus } from '../../../shared/conversation-vocabulary.ts';
import type { Conversation, JsonObject, Message } from '../../../shared/schema.ts';
import type { AppendResult } from '../repositories/messages.ts';
import { appendedRow, conversationDecoder, messageDecoder, type OutgoingMessage } from './message-statement.ts';
import type { TextRow } from './row-decoder.ts';

/**
 * What each message of a group came to, in the order of the group; undefined: its conversation was not found. A
 * message's conversation is the one it left behind, without what later messages of the same group did to it.
 */
export function readAppended(group: OutgoingMessage[], rows: TextRow[]): (AppendResult | undefined)[] {
  const results: (AppendResult | undefined)[] = group.map(() => undefined);
  const latest = new Map<string, Conversation>();
  for (const row of rows) {
    const place = Number(row[appendedRow.number]) - 1;
    const outgoing = group[place]!;
    const key = outgoing.client_id + outgoing.conversation_id.toLowerCase();
    const seen = latest.get(key);
    const conversation =
      seen === undefined ? conversationDecoder.decode(row, appendedRow.conversation) : structuredClone(seen);
    const sequence = row[appendedRow.sequence];
    const repeated = sequence === null;
    const message = repeated
      ? messageDecoder.decode(row, appendedRow.known)
      : newMessage(outgoing, Number(sequence), conversation);
    if (!repeated) leaveBehind(conversation, outgoing, message);
    latest.set(key, conversation);
    results[place] = { message, repeated, conversation };
  }
  return results;
}

/** The same as the statement's `bumped`, for one message. */
function leaveBehind(conversation: Conversation, outgoing: OutgoingMessage, message: Message): void {
  conversation.messageCount += 1;
  conversation.lastSequence = message.sequence;
  conversation.lastMessagePreview = outgoing.preview;
  conversation.lastMessageRole = message.role;
  conversation.lastMessageAt = new Date(message.createdAt);
  conversation.updatedAt = new Date(message.createdAt);
  if (message.role === 'user') conversation.visitorReadSequence = message.sequence;
  if (message.role === 'agent') {
    conversation.agentReadSequence = message.sequence;
    conversation.handoff = null;
  }
  const status = statusAfter(conversation, outgoing.status_after);
  if (status === undefined) return;
  conversation.status = status;
  if (status !== 'snoozed') conversation.snoozedUntil = null;
}

/** Undefined: the message does not set it. */
function statusAfter(
  { status, handoff }: Conversation,
  wanted: OutgoingMessage['status_after'],
): ConversationStatus | undefined {
  if (wanted === null) return undefined;
  if (wanted !== 'reopen') return wanted;
  if (status !== 'closed' && status !== 'snoozed') return undefined;
  return handoff === null ? 'open' : 'waiting';
}

/** The message as it was stored; its texts need not come back from Postgres to be known. */
export function newMessage(outgoing: OutgoingMessage, sequence: number, conversation: Conversation): Message {
  return {
    clientId: conversation.clientId,
    conversationId: conversation.id,
    sequence,
    id: outgoing.id,
    role: outgoing.role,
    content: outgoing.content,
    metadata: asStored(outgoing.metadata),
    clientMessageId: outgoing.client_message_id,
    authorId: outgoing.author_id?.toLowerCase() ?? null,
    createdAt: new Date(outgoing.created_at),
  };
}

/** What JSON makes of the caller's object, which is also what a later read finds. */
function asStored(metadata: JsonObject): JsonObject {
  return Object.keys(metadata).length === 0 ? {} : (JSON.parse(JSON.stringify(metadata)) as JsonObject);
}
