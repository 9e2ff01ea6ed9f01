import { termsOf } from '../../lib/search-terms.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';

const messagesAtOnce = 100;

/**
 * Lets a conversation be found by its title, its visitor, and the messages that were added since it was done last. What
 * it was called before still finds it. Done by several processes at once it comes to the same; one that is gone is left.
 */
export async function indexConversation(storage: ClientStorage, conversationId: string): Promise<void> {
  const conversation = await storage.conversations.find(conversationId);
  if (!conversation) return;
  const visitor = conversation.visitorId === null ? undefined : await storage.visitors.find(conversation.visitorId);
  const about = [conversation.title, visitor?.name, visitor?.email].filter((text) => typeof text === 'string');
  const terms = new Set(about.flatMap(termsOf));
  let upToSequence = (await storage.search.upTo(conversationId)) ?? 0;
  try {
    for (let hasMore = true; hasMore; ) {
      const part = await storage.messages.list(conversationId, { after: upToSequence, limit: messagesAtOnce });
      for (const { content } of part.items) for (const term of termsOf(content)) terms.add(term);
      upToSequence = part.items.at(-1)?.sequence ?? upToSequence;
      hasMore = part.hasMore;
      await storage.search.add({ conversationId, terms: [...terms], upToSequence });
      terms.clear();
    }
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
