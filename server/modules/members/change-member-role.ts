import type { Role } from '../../../shared/permissions.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { MemberWithUser } from '../../storage/repositories/members.ts';
import { recordChange } from '../audit/record-change.ts';
import { requireManagedRole } from './require-managed-role.ts';

/**
 * The member in the new role. Both the old role and the new one must be the caller's to decide on.
 * @throws NotFoundError `member`
 * @throws ConflictError `last_owner`
 * @throws HttpProblem 403
 */
export async function changeMemberRole(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, userId, role, requestId }: { caller: MemberCaller; userId: string; role: Role; requestId: string },
): Promise<MemberWithUser> {
  const { clientId, user } = caller;
  const changed = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const member = await own.members.find(userId);
    if (!member) throw new NotFoundError('member');
    requireManagedRole(caller.role, member.role);
    requireManagedRole(caller.role, role);
    if (member.role === role) return member;
    await own.members.setRole(member.userId, role);
    await recordChange(
      own,
      { user, requestId },
      {
        action: 'member.roleChanged',
        targetType: 'member',
        targetId: member.userId,
        details: { name: member.name, from: member.role, to: role },
      },
    );
    return { ...member, role };
  });
  bus.publish('membership.changed', { clientId, userId: changed.userId });
  return changed;
}
