import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import { queueFileRemoval, removeQueuedFiles } from '../privacy/file-removal.ts';

/**
 * Removes a conversation with its messages and files and what webhooks were sent of it. The audit rows about it stay,
 * without what they told of it.
 * @throws NotFoundError `conversation`
 */
export async function deleteConversation(
  deps: Pick<Deps, 'storage' | 'files' | 'bus' | 'log' | 'now' | 'newId'>,
  { caller, conversationId, requestId }: { caller: MemberCaller; conversationId: string; requestId: string },
): Promise<void> {
  const { clientId, user } = caller;
  const { storage, bus } = deps;
  const removal = await storage.transaction(async (scope) => {
    const client = scope.forClient(clientId);
    const conversation = await client.conversations.find(conversationId);
    if (!conversation) throw new NotFoundError('conversation');
    const { storageKeys } = await client.erasures.removeConversations([conversationId]);
    await client.outgoingWebhooks.eraseOfConversations([conversationId]);
    const { id: targetId, messageCount } = conversation;
    const details = { messageCount };
    await recordChange(
      client,
      { user, requestId },
      { action: 'conversation.deleted', targetType: 'conversation', targetId, details },
    );
    return queueFileRemoval(client, deps, storageKeys);
  });
  bus.publish('conversation.removed', { clientId, conversationId });
  await removeQueuedFiles(deps, storage.forClient(clientId), removal);
}
