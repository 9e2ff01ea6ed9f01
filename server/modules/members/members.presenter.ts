import type * as z from 'zod/mini';
import type { invitationView, MemberView } from '../../../shared/contracts/clients.ts';
import type { Invitation } from '../../../shared/schema.ts';
import type { MemberWithUser } from '../../storage/repositories/members.ts';

export function presentMember(member: MemberWithUser): MemberView {
  return {
    userId: member.userId,
    name: member.name,
    email: member.email,
    role: member.role,
    createdAt: member.createdAt.toISOString(),
  };
}

export function presentInvitation(invitation: Invitation): z.output<typeof invitationView> {
  return {
    id: invitation.id,
    email: invitation.email,
    role: invitation.role,
    expiresAt: invitation.expiresAt.toISOString(),
    createdAt: invitation.createdAt.toISOString(),
  };
}
