import { limits } from '../../../shared/limits.ts';
import type { CannedReply } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import type { NewCannedReply } from '../../storage/repositories/canned-replies.ts';
import { recordChange } from '../audit/record-change.ts';

/**
 * Makes a canned reply, with its audit row.
 * @throws ConflictError `shortcut_taken`
 * @throws HttpProblem `conflict` when the client has as many as it may
 */
export async function makeCannedReply(
  { storage }: Pick<Deps, 'storage'>,
  { caller, input, requestId }: { caller: MemberCaller; input: NewCannedReply; requestId: string },
): Promise<CannedReply> {
  return storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    // Whoever else makes one at the same time counts this one.
    await own.client.hold();
    if ((await own.cannedReplies.list()).length >= limits.cannedRepliesMax) {
      throw new HttpProblem('conflict', `A client has at most ${limits.cannedRepliesMax} canned replies: remove some.`);
    }
    const reply = await own.cannedReplies.create(input);
    await recordChange(
      own,
      { user: caller.user, requestId },
      {
        action: 'cannedReply.created',
        targetType: 'cannedReply',
        targetId: reply.id,
        details: { shortcut: reply.shortcut },
      },
    );
    return reply;
  });
}
