import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';

/** What to call a conversation in lists: its title, the visitor's name or address, or a short code of the visitor. */
export function conversationName(
  conversation: Pick<ConversationView, 'id' | 'title' | 'visitorId' | 'visitorName'>,
): string {
  const known = conversation.title?.trim() || conversation.visitorName?.trim();
  if (known) return known;
  const id = conversation.visitorId ?? conversation.id;
  return `${conversation.visitorId ? 'Visitor' : 'Conversation'} ${id.slice(-4).toUpperCase()}`;
}
