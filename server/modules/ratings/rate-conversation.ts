import type { Rating } from '../../../shared/schema.ts';
import type { Bus } from '../../events/bus.ts';
import type { VisitorCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';

interface Given {
  caller: VisitorCaller;
  conversationId: string;
  score: number;
  comment?: string | null | undefined;
}

/**
 * Stores how the visitor found a conversation of theirs, in place of what they said before, and tells the agents. A
 * comment of nothing but blanks is none.
 * @throws NotFoundError `conversation`, also for somebody else's
 */
export async function rateConversation(
  { bus }: { bus: Bus },
  { caller, conversationId, score, comment }: Given,
): Promise<Rating> {
  const { clientId, storage, visitorId } = caller;
  const conversation = await storage.conversations.find(conversationId);
  if (conversation?.visitorId !== visitorId) throw new NotFoundError('conversation');
  const rating = await storage.ratings.rate({ conversationId, score, comment: comment?.trim() || null });
  bus.publish('conversation.rated', { clientId, rating });
  return rating;
}
