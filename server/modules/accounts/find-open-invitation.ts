import { canManageRole } from '../../../shared/permissions.ts';
import type { Invitation } from '../../../shared/schema.ts';
import { HttpProblem } from '../../http/problem.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import type { StorageScope } from '../../storage/storage.ts';

/**
 * The invitation behind a link's token, as long as it can be accepted. It is worth what its maker may still do: a link
 * does not let somebody who was taken out, or moved down, back in.
 * @throws HttpProblem 404 for an unknown token; 410 when it was used, has expired, or its maker may no longer invite
 */
export async function findOpenInvitation(
  scope: Pick<StorageScope, 'directory' | 'forClient'>,
  { token, now }: { token: string; now: Date },
): Promise<Invitation> {
  const invitation = await scope.directory.findInvitationByTokenHash(sha256Hex(token));
  if (!invitation) {
    throw new HttpProblem('not-found', 'There is no invitation behind this link. It may have been withdrawn.');
  }
  if (invitation.acceptedAt !== null) throw new HttpProblem('gone', 'This invitation has already been used.');
  if (invitation.expiresAt <= now) throw new HttpProblem('gone', 'This invitation has expired. Ask for a new one.');
  const maker = invitation.createdBy && (await scope.forClient(invitation.clientId).members.find(invitation.createdBy));
  if (!maker || !canManageRole(maker.role, invitation.role)) {
    throw new HttpProblem('gone', 'Whoever made this invitation may no longer do so. Ask for a new one.');
  }
  return invitation;
}
