import type { Conversation, JsonObject, Message } from '../../../shared/schema.ts';
import type { ConversationPatch } from '../../storage/repositories/conversations.ts';
import type { Thread } from './thread.ts';

/** Under this member of a conversation's metadata stands the number of the message after which it was closed. */
const closedAfterKey = 'closedAfter';

/**
 * What a member's change of a conversation makes of its metadata, so that what a visitor writes after it was closed is
 * known to be so; whoever takes or opens it by hand has it.
 */
export function noteClosing(before: Conversation, change: ConversationPatch): { metadata?: JsonObject } {
  const { [closedAfterKey]: known, ...metadata } = before.metadata;
  if (change.status === 'closed') return { metadata: { ...metadata, [closedAfterKey]: before.lastSequence } };
  const isTaken = change.status !== undefined || typeof change.assigneeId === 'string';
  return known !== undefined && isTaken ? { metadata } : {};
}

/** The metadata of a conversation that is closed no more. */
export function withoutClosing({ metadata: { [closedAfterKey]: _, ...metadata } }: Conversation): JsonObject {
  return metadata;
}

/** Whether the visitor has opened a closed conversation with this message, or before it, and no person has come since. */
export function isReopened(
  { metadata, status, handoff }: Pick<Conversation, 'metadata' | 'status' | 'handoff'>,
  question: Pick<Message, 'sequence'>,
  { before, after }: Pick<Thread, 'before' | 'after'>,
): boolean {
  const closedAfter = metadata[closedAfterKey];
  if (typeof closedAfter !== 'number' || status === 'closed' || handoff !== null) return false;
  const byPerson = [...before, ...after].some(({ role, sequence }) => role === 'agent' && sequence > closedAfter);
  return question.sequence > closedAfter && !byPerson;
}
