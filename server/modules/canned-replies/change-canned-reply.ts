import type { CannedReply } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';

interface Change {
  caller: MemberCaller;
  cannedReplyId: string;
  wish: Partial<Record<keyof typeof fields, string | undefined>>;
  requestId: string;
}

const fields = { shortcut: true, title: true, content: true } as const;

/**
 * The canned reply with the given fields, with an audit row of which of them changed; a wish that changes nothing
 * stores nothing.
 * @throws NotFoundError `cannedReply`
 * @throws ConflictError `shortcut_taken`
 */
export async function changeCannedReply(
  { storage }: Pick<Deps, 'storage'>,
  { caller, cannedReplyId, wish, requestId }: Change,
): Promise<CannedReply> {
  return storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const before = await own.cannedReplies.find(cannedReplyId);
    if (!before) throw new NotFoundError('cannedReply');
    const names = Object.keys(fields) as (keyof typeof fields)[];
    const changed = names.filter((name) => wish[name] !== undefined && wish[name] !== before[name]);
    if (changed.length === 0) return before;
    const patch = Object.fromEntries(changed.map((name) => [name, wish[name]!]));
    const reply = await own.cannedReplies.update(cannedReplyId, patch);
    await recordChange(
      own,
      { user: caller.user, requestId },
      {
        action: 'cannedReply.updated',
        targetType: 'cannedReply',
        targetId: reply.id,
        details: { shortcut: reply.shortcut, changed },
      },
    );
    return reply;
  });
}
