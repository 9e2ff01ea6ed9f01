import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import { requireManagedRole } from './require-managed-role.ts';

/**
 * Makes the link of an open invitation worthless.
 * @throws NotFoundError `invitation` when there is none, or it has been accepted
 * @throws HttpProblem 403 when its role is not the caller's to take away
 */
export async function cancelInvitation(
  { storage }: Pick<Deps, 'storage'>,
  { caller, invitationId, requestId }: { caller: MemberCaller; invitationId: string; requestId: string },
): Promise<void> {
  await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const invitation = (await own.invitations.listOpen()).find(({ id }) => id === invitationId);
    if (!invitation) throw new NotFoundError('invitation');
    requireManagedRole(caller.role, invitation.role);
    await own.invitations.remove(invitation.id);
    await recordChange(
      own,
      { user: caller.user, requestId },
      {
        action: 'invitation.withdrawn',
        targetType: 'invitation',
        targetId: invitation.id,
        details: { email: invitation.email, role: invitation.role },
      },
    );
  });
}
