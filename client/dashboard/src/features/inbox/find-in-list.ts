import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';
import { conversationName } from './names.ts';

/** As people compare words: without regard to case and accents. */
const plain = (text: string) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Those whose name, preview and tags together hold all the words, in the same order; all of them without a word. */
export function findInList(conversations: readonly ConversationView[], words: string): readonly ConversationView[] {
  const wanted = plain(words).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return conversations;
  return conversations.filter((conversation) => {
    const { visitorName, lastMessagePreview, tags } = conversation;
    const text = plain([conversationName(conversation), visitorName, lastMessagePreview, ...tags].join('\n'));
    return wanted.every((word) => text.includes(word));
  });
}
