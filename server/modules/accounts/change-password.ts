import type { User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import { refuseGuessable } from './password-policy.ts';
import { recordForEachClient } from './record-for-each-client.ts';
import { sendSecurityNotice } from './security-notice.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

type PasswordDeps = Pick<
  Deps,
  'config' | 'storage' | 'passwords' | 'sessionStore' | 'bus' | 'log' | 'now' | 'mailer'
> & {
  throttle: SignInThrottle;
};

export interface PasswordChange {
  user: User;
  currentPassword: string;
  newPassword: string;
  /** The session that stays. */
  sessionId: string | undefined;
  address: string;
  requestId: string;
}

/**
 * Gives the user a new password, ends every other session of theirs, and tells them by mail.
 * @throws HttpProblem 400 when the current password is wrong or the new one easily guessed, 429 after many wrong ones
 * @throws StorageUnavailableError with nothing changed but, perhaps, sessions ended
 */
export async function changePassword(deps: PasswordDeps, change: PasswordChange): Promise<void> {
  const { storage, passwords, throttle } = deps;
  const { user, requestId } = change;
  const who = { account: `password of ${user.id}`, address: change.address };
  const proven = await throttle.attempt(who, async () => {
    const { matches } = await passwords.verify(user.passwordHash, change.currentPassword);
    return matches || undefined;
  });
  if (!proven) throw validationProblem([{ pointer: '#/currentPassword', detail: 'Is not your current password.' }]);
  await refuseGuessable(change.newPassword, { email: user.email, names: [user.name] }, '#/newPassword');
  const passwordHash = await passwords.hash(change.newPassword);
  await endOtherSessions(deps, change);
  await storage.transaction(async (scope) => {
    await scope.accounts.updateUser(user.id, { passwordHash });
    await recordForEachClient(scope, { user, requestId }, { action: 'user.passwordChanged' });
  });
  sendSecurityNotice(deps, 'passwordChanged', change);
  try {
    // Once more, for those who signed in with the old password in between.
    await endOtherSessions(deps, change);
  } catch (err) {
    deps.log.error({ event: 'session.end-failed', userId: user.id, requestId, err });
  }
}

async function endOtherSessions(
  { sessionStore, bus }: PasswordDeps,
  { user, sessionId }: PasswordChange,
): Promise<void> {
  for (const ended of await sessionStore.endSessionsOf(user.id, sessionId)) {
    bus.publish('session.ended', { userId: user.id, sessionId: ended });
  }
}
