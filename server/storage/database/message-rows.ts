import pg from 'pg';
import type { ConversationStatus, MessageRole } from '../../../shared/conversation-vocabulary.ts';
import type { Conversation, JsonObject, Message } from '../../../shared/schema.ts';
import type { AppendResult } from '../repositories/messages.ts';
import type { OutgoingMessage } from './message-statement.ts';

/** A row of `appendStatement`: every column as the text that Postgres sent. */
export type AppendedRow = (string | null)[];

const parseTextArray = pg.types.getTypeParser(1009 as number, 'text') as (text: string) => string[];

/**
 * What each message of a group came to, in the order of the group; undefined: its conversation was not found. A
 * message's conversation is the one it left behind, without what later messages of the same group did to it.
 */
export function readAppended(group: OutgoingMessage[], rows: AppendedRow[]): (AppendResult | undefined)[] {
  const results: (AppendResult | undefined)[] = group.map(() => undefined);
  const latest = new Map<string, Conversation>();
  for (const row of rows) {
    const place = Number(row[0]) - 1;
    const outgoing = group[place]!;
    const key = outgoing.client_id + row[9];
    const seen = latest.get(key);
    const before = seen === undefined ? conversationOf(outgoing, row) : structuredClone(seen);
    const repeated = row[2] !== null;
    const message = repeated ? knownMessage(outgoing, row, before) : newMessage(outgoing, row, before);
    if (!repeated) leaveBehind(before, outgoing, message);
    latest.set(key, before);
    results[place] = { message, repeated, conversation: before };
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
  if (message.role === 'agent') conversation.agentReadSequence = message.sequence;
  const status = statusAfter(conversation.status, outgoing.status_after);
  if (status === undefined) return;
  conversation.status = status;
  if (status !== 'snoozed') conversation.snoozedUntil = null;
}

/** Undefined: the message does not set it. */
function statusAfter(
  status: ConversationStatus,
  wanted: OutgoingMessage['status_after'],
): ConversationStatus | undefined {
  if (wanted === null) return undefined;
  if (wanted !== 'reopen') return wanted;
  return status === 'closed' || status === 'snoozed' ? 'open' : undefined;
}

function newMessage(outgoing: OutgoingMessage, row: AppendedRow, conversation: Conversation): Message {
  return {
    clientId: conversation.clientId,
    conversationId: conversation.id,
    sequence: Number(row[1]),
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

function knownMessage(outgoing: OutgoingMessage, row: AppendedRow, conversation: Conversation): Message {
  return {
    clientId: conversation.clientId,
    conversationId: conversation.id,
    sequence: Number(row[3]),
    id: row[2]!,
    role: row[4] as MessageRole,
    content: row[5]!,
    metadata: JSON.parse(row[6]!) as JsonObject,
    clientMessageId: outgoing.client_message_id,
    authorId: row[7]!,
    createdAt: new Date(row[8]!),
  };
}

function conversationOf(outgoing: OutgoingMessage, row: AppendedRow): Conversation {
  return {
    clientId: outgoing.client_id,
    id: row[9]!,
    widgetId: row[10]!,
    visitorId: row[11]!,
    clientConversationId: row[12]!,
    title: row[13]!,
    status: row[14] as ConversationStatus,
    snoozedUntil: optionalDate(row[15]!),
    assigneeId: row[16]!,
    tags: parseTextArray(row[17]!),
    metadata: JSON.parse(row[18]!) as JsonObject,
    messageCount: Number(row[19]),
    lastSequence: Number(row[20]),
    lastMessagePreview: row[21]!,
    lastMessageRole: row[22] as MessageRole | null,
    lastMessageAt: optionalDate(row[23]!),
    visitorReadSequence: Number(row[24]),
    agentReadSequence: Number(row[25]),
    createdAt: new Date(row[26]!),
    updatedAt: new Date(row[27]!),
  };
}

function optionalDate(text: string | null): Date | null {
  return text === null ? null : new Date(text);
}
