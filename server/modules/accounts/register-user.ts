import type { ClientId } from '../../../shared/ids.ts';
import type { User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { foundClient } from '../clients/found-client.ts';
import { acceptInvitation } from './accept-invitation.ts';
import { refuseGuessable } from './password-policy.ts';

export interface Registration {
  email: string;
  name: string;
  password: string;
  /** Name of the client to make; the user's name without it. */
  clientName: string | undefined;
  /** Joins the inviting client in place of making one. */
  invitationToken: string | undefined;
  requestId: string;
}

/**
 * A new user, together with their client or their membership of the inviting one: all of it or nothing.
 * @throws ConflictError `email_taken`
 * @throws HttpProblem 400 when the password is easily guessed, 403 without an invitation where one is needed, 404 or 410
 * when it cannot be accepted
 */
export async function registerUser(
  { config, storage, passwords, bus, now }: Pick<Deps, 'config' | 'storage' | 'passwords' | 'bus' | 'now'>,
  { email, name, password, clientName, invitationToken, requestId }: Registration,
): Promise<User> {
  if (config.registration === 'invited' && invitationToken === undefined) {
    throw new HttpProblem('registration-closed', 'Ask an owner of the client that you want to join for an invitation.');
  }
  await refuseGuessable(password, { email, names: [name, clientName] }, '#/password');
  const passwordHash = await passwords.hash(password);
  const { user, clientId } = await storage.transaction(async (scope) => {
    const user = await scope.accounts.createUser({ email, name, passwordHash });
    const clientId: ClientId =
      invitationToken === undefined
        ? (await foundClient(scope, { name: clientName ?? name, by: { user, requestId } })).id
        : await acceptInvitation(scope, { user, token: invitationToken, now: now(), requestId });
    return { user, clientId };
  });
  bus.publish('membership.changed', { clientId, userId: user.id });
  return user;
}
