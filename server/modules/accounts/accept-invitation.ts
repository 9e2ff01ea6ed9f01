import type { ClientId } from '../../../shared/ids.ts';
import type { User } from '../../../shared/schema.ts';
import { HttpProblem } from '../../http/problem.ts';
import type { StorageScope } from '../../storage/storage.ts';
import { recordChange } from '../audit/record-change.ts';
import { findOpenInvitation } from './find-open-invitation.ts';

/**
 * Makes the user a member of the inviting client and uses the invitation up. Call it with the scope of a transaction.
 * @throws HttpProblem 404 for an unknown token and for one that is made out to another address; 410 when it is no
 * longer valid
 * @throws NotFoundError `invitation` when somebody else used it at the same moment
 * @throws ConflictError `already_member`
 */
export async function acceptInvitation(
  scope: StorageScope,
  { user, token, now, requestId }: { user: User; token: string; now: Date; requestId: string },
): Promise<ClientId> {
  const { id, clientId, email, role } = await findOpenInvitation(scope, { token, now });
  if (email !== null && email !== user.email) {
    throw new HttpProblem('not-found', 'This invitation is made out to another email address. Sign in with that one.');
  }
  const own = scope.forClient(clientId);
  await own.members.add({ userId: user.id, role });
  await own.invitations.accept(id, now);
  await recordChange(
    own,
    { user, requestId },
    { action: 'member.joined', targetType: 'member', targetId: user.id, details: { role, invitationId: id } },
  );
  return clientId;
}
