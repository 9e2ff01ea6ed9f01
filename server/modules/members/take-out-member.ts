import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import { requireManagedRole } from './require-managed-role.ts';

/**
 * Ends a membership: one's own, or one whose role is the caller's to decide on. The person's user stays.
 * @throws NotFoundError `member`
 * @throws ConflictError `last_owner`
 * @throws HttpProblem 403
 */
export async function takeOutMember(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, userId, requestId }: { caller: MemberCaller; userId: string; requestId: string },
): Promise<void> {
  const { clientId, user } = caller;
  await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const member = await own.members.find(userId);
    if (!member) throw new NotFoundError('member');
    const leaves = member.userId === user.id;
    if (!leaves) requireManagedRole(caller.role, member.role);
    await own.members.remove(member.userId);
    await recordChange(
      own,
      { user, requestId },
      {
        action: leaves ? 'member.left' : 'member.removed',
        targetType: 'member',
        targetId: member.userId,
        details: { name: member.name, role: member.role },
      },
    );
  });
  bus.publish('membership.changed', { clientId, userId });
}
