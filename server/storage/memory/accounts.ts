import type { ClientId } from '../../../shared/ids.ts';
import { NotFoundError } from '../errors.ts';
import type { AccountsRepository } from '../repositories/accounts.ts';
import { clients, members, users } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { compareText, idOf, ownedKey } from './mem-values.ts';

export function createAccounts({ env, read, write }: MemContext): AccountsRepository {
  return {
    createUser: ({ email, name, passwordHash, info = {} }) =>
      write((tx) => {
        const now = env.now();
        const row = { id: env.newId(), email, name, passwordHash, info, createdAt: now, updatedAt: now };
        return tx.of(users).insert(row);
      }),

    findUser: (id) => read((tx) => tx.of(users).get(idOf(id))),

    findUserByEmail: (email) => read((tx) => tx.of(users).findBy('email', email)),

    updateUser: (id, { email, name, passwordHash, info }) =>
      write((tx) => {
        const user = tx.of(users).get(idOf(id));
        if (user === undefined) throw new NotFoundError('user');
        const fields = { email, name, passwordHash, info, updatedAt: env.now() };
        return tx.of(users).update(user, fields);
      }),

    createClient: ({ name }) =>
      write((tx) => {
        const now = env.now();
        return tx.of(clients).insert({ id: env.newId() as ClientId, name, createdAt: now, updatedAt: now });
      }),

    listMemberships: (userId) =>
      read((tx) => {
        const memberships = [...tx.of(members).scan('user', idOf(userId))].map(({ clientId, role }) => ({
          client: tx.of(clients).get(clientId)!,
          role,
        }));
        return memberships.sort(
          (a, b) => compareText(a.client.name, b.client.name) || compareText(a.client.id, b.client.id),
        );
      }),

    findMembership: (userId, clientId) =>
      read((tx) => {
        const member = tx.of(members).get(ownedKey(idOf(clientId), userId));
        return member && { clientId: member.clientId, role: member.role };
      }),

    isEmpty: () => read((tx) => tx.of(users).isEmpty() && tx.of(clients).isEmpty()),
  };
}
