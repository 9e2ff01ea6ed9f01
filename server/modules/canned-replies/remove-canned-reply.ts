import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';

/** Removes a canned reply, with its audit row. @throws NotFoundError `cannedReply` */
export async function removeCannedReply(
  { storage }: Pick<Deps, 'storage'>,
  { caller, cannedReplyId, requestId }: { caller: MemberCaller; cannedReplyId: string; requestId: string },
): Promise<void> {
  await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const reply = await own.cannedReplies.find(cannedReplyId);
    if (!reply) throw new NotFoundError('cannedReply');
    await own.cannedReplies.remove(cannedReplyId);
    await recordChange(
      own,
      { user: caller.user, requestId },
      {
        action: 'cannedReply.deleted',
        targetType: 'cannedReply',
        targetId: reply.id,
        details: { shortcut: reply.shortcut },
      },
    );
  });
}
