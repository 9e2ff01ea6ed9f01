import type { Role } from '../../../shared/permissions.ts';
import type { Invitation } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { randomToken, sha256Hex } from '../../lib/secrets.ts';
import { ConflictError } from '../../storage/errors.ts';
import { recordChange } from '../audit/record-change.ts';
import { requireManagedRole } from './require-managed-role.ts';

const validMs = 7 * 24 * 60 * 60 * 1000;

/**
 * An invitation and the token of its link, which is in the result and nowhere else: only its hash is stored.
 * @throws HttpProblem 403 when the role is not the caller's to give
 * @throws ConflictError `already_member` when the address is a member's
 */
export async function inviteMember(
  { storage, now }: Pick<Deps, 'storage' | 'now'>,
  wish: { caller: MemberCaller; role: Role; email: string | null; requestId: string },
): Promise<{ invitation: Invitation; token: string }> {
  const { caller, role, email, requestId } = wish;
  requireManagedRole(caller.role, role);
  const token = randomToken(32);
  const invitation = await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const invited = email === null ? undefined : await scope.accounts.findUserByEmail(email);
    if (invited && (await own.members.find(invited.id))) throw new ConflictError('already_member');
    const created = await own.invitations.create({
      email,
      role,
      tokenHash: sha256Hex(token),
      expiresAt: new Date(now().getTime() + validMs),
      createdBy: caller.user.id,
    });
    await recordChange(
      own,
      { user: caller.user, requestId },
      { action: 'invitation.created', targetType: 'invitation', targetId: created.id, details: { email, role } },
    );
    return created;
  });
  return { invitation, token };
}
