import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { removeFiles } from '../attachments/remove-files.ts';
import { recordChange } from '../audit/record-change.ts';

/** Removes a conversation with its messages and files; the audit row stays. @throws NotFoundError `conversation` */
export async function deleteConversation(
  { storage, files, bus, log }: Pick<Deps, 'storage' | 'files' | 'bus' | 'log'>,
  { caller, conversationId, requestId }: { caller: MemberCaller; conversationId: string; requestId: string },
): Promise<void> {
  const { clientId, user } = caller;
  const keys = await storage.transaction(async (scope) => {
    const client = scope.forClient(clientId);
    const conversation = await client.conversations.find(conversationId);
    if (!conversation) throw new NotFoundError('conversation');
    const keys = await client.attachments.seal({ conversationId });
    await client.conversations.remove(conversationId);
    const { id: targetId, title, messageCount } = conversation;
    const details = { title, messageCount };
    await recordChange(
      client,
      { user, requestId },
      { action: 'conversation.deleted', targetType: 'conversation', targetId, details },
    );
    return keys;
  });
  bus.publish('conversation.removed', { clientId, conversationId });
  await removeFiles({ files, log }, keys);
}
