import * as contract from '../../../shared/contracts/clients.ts';
import type { Invitation, Member } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { paginate } from '../../http/paginate.ts';
import { publicOriginOf } from '../../http/public-origin.ts';
import { type Route, route } from '../../http/route.ts';
import { cancelInvitation } from './cancel-invitation.ts';
import { changeMemberRole } from './change-member-role.ts';
import { inviteMember } from './invite-member.ts';
import { presentInvitation, presentMember } from './members.presenter.ts';
import { takeOutMember } from './take-out-member.ts';

const earliestFirst = {
  direction: 'ascending',
  positionOf: (member: Member) => ({ at: member.createdAt, id: member.userId }),
} as const;

const newestFirst = {
  direction: 'descending',
  positionOf: (invitation: Invitation) => ({ at: invitation.createdAt, id: invitation.id }),
} as const;

/** Who belongs to a client, and who is invited to. */
export function membersRoutes(deps: Deps): Route[] {
  return [
    route(contract.listMembers, async ({ caller, query }) => {
      const { items, nextCursor } = paginate(await caller.storage.members.list(), query, earliestFirst);
      return { items: items.map(presentMember), nextCursor };
    }),

    route(contract.setMemberRole, async ({ caller, params, body, request }) => {
      const wish = { caller, userId: params.userId, role: body.role, requestId: request.requestId };
      return presentMember(await changeMemberRole(deps, wish));
    }),

    route(contract.removeMember, async ({ caller, params, request }) => {
      await takeOutMember(deps, { caller, userId: params.userId, requestId: request.requestId });
      return undefined;
    }),

    route(contract.listInvitations, async ({ caller, query }) => {
      const { items, nextCursor } = paginate(await caller.storage.invitations.listOpen(), query, newestFirst);
      return { items: items.map(presentInvitation), nextCursor };
    }),

    route(contract.createInvitation, async ({ caller, body, request }) => {
      const wish = { caller, role: body.role, email: body.email ?? null, requestId: request.requestId };
      const { invitation, token } = await inviteMember(deps, wish);
      // Behind the #, so that the token is in no server's log and no Referer.
      const link = `${publicOriginOf(deps.config, request)}/invite#${token}`;
      return { invitation: presentInvitation(invitation), link };
    }),

    route(contract.withdrawInvitation, async ({ caller, params, request }) => {
      await cancelInvitation(deps, { caller, invitationId: params.invitationId, requestId: request.requestId });
      return undefined;
    }),
  ];
}
