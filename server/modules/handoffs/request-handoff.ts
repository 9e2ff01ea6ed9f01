import type { HandoffRequester } from '../../../shared/conversation-vocabulary.ts';
import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { type Actor, recordChange } from '../audit/record-change.ts';

interface Request {
  clientId: ClientId;
  conversationId: string;
  requestedBy: HandoffRequester;
  reason?: string | null | undefined;
  /** When given, the conversation must be this visitor's. */
  onlyForVisitorId?: string;
  /** The member who asks for it; then there is an audit row. */
  actor?: Actor;
}

/**
 * Calls for a person: the conversation waits until an agent answers, takes or closes it. While it already does so,
 * nothing changes and nobody is told again. For the visitor, an agent, or the assistant that does not know.
 * @throws NotFoundError `conversation`, also when it is not the asking visitor's
 */
export async function requestHandoff(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { clientId, conversationId, requestedBy, reason = null, onlyForVisitorId, actor }: Request,
): Promise<Conversation> {
  const { conversation, repeated } = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const result = await own.handoffs.request({ conversationId, requestedBy, reason, onlyForVisitorId });
    if (actor && !result.repeated) {
      await recordChange(own, actor, {
        action: 'conversation.handoff-requested',
        targetType: 'conversation',
        targetId: result.conversation.id,
        details: { reason },
      });
    }
    return result;
  });
  if (!repeated) bus.publish('conversation.updated', { clientId, conversation });
  return conversation;
}
