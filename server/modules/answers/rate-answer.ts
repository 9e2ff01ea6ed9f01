import type { VisitorCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';

interface Rating {
  caller: VisitorCaller;
  conversationId: string;
  messageId: string;
  rating: 1 | -1 | null;
}

/**
 * Notes what the visitor thinks of an answer in one of their own conversations.
 * @throws NotFoundError `conversation`, also for somebody else's; `receipt` for what the assistant has not answered
 */
export async function rateAnswer({ caller, conversationId, messageId, rating }: Rating): Promise<void> {
  const { storage, visitorId } = caller;
  const conversation = await storage.conversations.find(conversationId);
  if (conversation?.visitorId !== visitorId) throw new NotFoundError('conversation');
  await storage.receipts.rate({ conversationId: conversation.id, answerMessageId: messageId }, rating);
}
