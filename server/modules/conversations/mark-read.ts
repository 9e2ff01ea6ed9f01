import type { Bus } from '../../events/bus.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';

interface Mark {
  conversationId: string;
  side: 'visitor' | 'agent';
  sequence: number;
  /** When given, the conversation must be this visitor's. */
  onlyForVisitorId?: string;
}

/**
 * Notes how far a side has seen the thread, and tells everybody when that is further than before.
 * @throws NotFoundError `conversation`
 */
export async function markRead({ bus, storage }: { bus: Bus; storage: ClientStorage }, mark: Mark): Promise<void> {
  const { conversationId, side, sequence, onlyForVisitorId } = mark;
  const before = await storage.conversations.find(conversationId);
  if (!before || (onlyForVisitorId !== undefined && before.visitorId !== onlyForVisitorId)) {
    throw new NotFoundError('conversation');
  }
  const seenBefore = side === 'visitor' ? before.visitorReadSequence : before.agentReadSequence;
  if (sequence <= seenBefore) return;
  const conversation = await storage.conversations.markRead(conversationId, side, sequence);
  const seenNow = side === 'visitor' ? conversation.visitorReadSequence : conversation.agentReadSequence;
  if (seenNow > seenBefore) bus.publish('conversation.updated', { clientId: storage.clientId, conversation });
}
