import type { ConversationView, MessageView } from '../../../../../shared/contracts/conversations.ts';
import type { Thread } from './thread.ts';

/** Whether a message is the entry with which the assistant took the thread back. */
const isHandedBack = ({ role, metadata }: MessageView) => role === 'system' && metadata.handedBack === true;

/**
 * Whether a person has the conversation, so that the assistant keeps quiet. Where that cannot be seen from what is read
 * of the thread, it may be, and the answer is yes.
 */
export function isWithPerson(
  { assigneeId, handoff }: Pick<ConversationView, 'assigneeId' | 'handoff'>,
  { messages, hasOlder }: Pick<Thread, 'messages' | 'hasOlder'>,
): boolean {
  if (assigneeId !== null || handoff !== null) return true;
  const last = messages.findLast((message) => message.role === 'agent' || isHandedBack(message));
  return last === undefined ? hasOlder : last.role === 'agent';
}
