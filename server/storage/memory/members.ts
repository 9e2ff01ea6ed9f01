import type { ClientId } from '../../../shared/ids.ts';
import type { Member } from '../../../shared/schema.ts';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { MembersRepository, MemberWithUser } from '../repositories/members.ts';
import { members, users } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { conversations } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createMembers({ env, read, write }: MemContext, clientId: ClientId): MembersRepository {
  const wanted = (tx: MemTransaction, userId: string): Member => {
    const member = tx.of(members).get(ownedKey(clientId, userId));
    if (member === undefined) throw new NotFoundError('member');
    return member;
  };

  const withUser = (tx: MemTransaction, member: Member): MemberWithUser => {
    const { name, email } = tx.of(users).get(member.userId)!;
    return { ...member, name, email };
  };

  /** Owners are locked, so that of two transactions which each take one away the second sees what the first did. */
  const refuseForLastOwner = (tx: MemTransaction, member: Member): void => {
    if (member.role !== 'owner') return;
    const owners = [...tx.of(members).scan('client', clientId)].filter(({ role }) => role === 'owner');
    for (const owner of owners) tx.of(members).lock(owner);
    if (owners.length === 1) throw new ConflictError('last_owner');
  };

  return {
    add: ({ userId, role }) =>
      write((tx) => tx.of(members).insert({ clientId, userId: idOf(userId), role, createdAt: env.now() })),

    find: (userId) =>
      read((tx) => {
        const member = tx.of(members).get(ownedKey(clientId, userId));
        return member && withUser(tx, member);
      }),

    list: () => read((tx) => [...tx.of(members).scan('client', clientId)].map((member) => withUser(tx, member))),

    setRole: (userId, role) =>
      write((tx) => {
        const member = wanted(tx, userId);
        if (role !== 'owner') refuseForLastOwner(tx, member);
        return tx.of(members).update(member, { role });
      }),

    remove: (userId) =>
      write((tx) => {
        const member = wanted(tx, userId);
        refuseForLastOwner(tx, member);
        const assigned = [...tx.of(conversations).scan('client', clientId)].filter(
          ({ assigneeId }) => assigneeId === member.userId,
        );
        for (const conversation of assigned) tx.of(conversations).update(conversation, { assigneeId: null });
        tx.of(members).remove([member]);
      }),
  };
}
