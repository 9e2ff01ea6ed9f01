import type { MeView } from '../../../shared/contracts/accounts.ts';
import type { User } from '../../../shared/schema.ts';
import type { Membership } from '../../storage/repositories/accounts.ts';

export function presentMe(user: User, memberships: Membership[]): MeView {
  return {
    user: {
      id: user.id,
      email: user.email,
      name: user.name,
      info: user.info,
      createdAt: user.createdAt.toISOString(),
    },
    memberships: memberships.map(({ client, role }) => ({ clientId: client.id, clientName: client.name, role })),
  };
}
