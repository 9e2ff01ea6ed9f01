import type { ClientId } from '../../../shared/ids.ts';
import { NotFoundError } from '../errors.ts';
import type { InvitationsRepository } from '../repositories/invitations.ts';
import { invitations } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { idOrNull, ownedKey } from './mem-values.ts';

export function createInvitations({ env, read, write }: MemContext, clientId: ClientId): InvitationsRepository {
  return {
    create: ({ email = null, role, tokenHash, expiresAt, createdBy }) =>
      write((tx) =>
        tx.of(invitations).insert({
          clientId,
          id: env.newId(),
          email,
          role,
          tokenHash,
          expiresAt,
          acceptedAt: null,
          createdBy: idOrNull(createdBy),
          createdAt: env.now(),
        }),
      ),

    listOpen: () =>
      read((tx) => {
        const all = [...tx.of(invitations).scan('client', clientId, { descending: true })];
        return all.filter((invitation) => invitation.acceptedAt === null);
      }),

    accept: (id, at) =>
      write((tx) => {
        const invitation = tx.of(invitations).get(ownedKey(clientId, id));
        if (invitation === undefined || invitation.acceptedAt !== null || invitation.expiresAt <= at) {
          throw new NotFoundError('invitation');
        }
        return tx.of(invitations).update(invitation, { acceptedAt: at });
      }),

    remove: (id) =>
      write((tx) => {
        const invitation = tx.of(invitations).get(ownedKey(clientId, id));
        if (invitation === undefined) throw new NotFoundError('invitation');
        tx.of(invitations).remove([invitation]);
      }),
  };
}
