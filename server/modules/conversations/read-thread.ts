import type { Message } from '../../../shared/schema.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { MessageRange } from '../../storage/repositories/messages.ts';
import type { ClientStorage } from '../../storage/storage.ts';

type Stretch = { items: Message[]; hasMore: boolean };

/** A stretch of a thread of the client's. @throws NotFoundError `conversation` */
export async function readThread(
  storage: ClientStorage,
  conversationId: string,
  range: MessageRange,
): Promise<Stretch> {
  const stretch = await storage.messages.list(conversationId, range);
  // Messages prove their conversation; only where there are none it has to be asked for.
  if (stretch.items.length === 0 && !(await storage.conversations.find(conversationId))) {
    throw new NotFoundError('conversation');
  }
  return stretch;
}

/** A stretch of a thread, for its own visitor alone. @throws NotFoundError `conversation`, also for somebody else's */
export async function readVisitorThread(
  storage: ClientStorage,
  visitorId: string,
  conversationId: string,
  range: MessageRange,
): Promise<Stretch> {
  const [conversation, stretch] = await Promise.all([
    storage.conversations.find(conversationId),
    storage.messages.list(conversationId, range),
  ]);
  if (conversation?.visitorId !== visitorId) throw new NotFoundError('conversation');
  return stretch;
}
