import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { randomToken, sha256Hex } from '../../lib/secrets.ts';
import { refuseGuessable } from './password-policy.ts';
import { recordForEachClient } from './record-for-each-client.ts';
import { sendSecurityNotice } from './security-notice.ts';

const validMinutes = 60;
const mailsPerHour = 3;
const purpose = 'passwordReset';

type ResetDeps = Pick<Deps, 'config' | 'storage' | 'log' | 'now'> & Partial<Pick<Deps, 'mailer'>>;

/**
 * Sends a link for a new password to the user of this address, if there is one: at most 3 an hour, since anybody can
 * ask. The link leads to `PUBLIC_URL`, never to where the request says it was sent. Without a mail server the link is
 * logged, for the operator to pass on. Never rejects, so that nobody learns from it who is a user.
 */
export async function sendResetLink(deps: ResetDeps, wish: { email: string; requestId: string }): Promise<void> {
  const { config, storage, log, mailer, now } = deps;
  const email = wish.email.trim().toLowerCase();
  try {
    const user = await storage.accounts.findUserByEmail(email);
    if (!user || !(await mayBeSent(deps, user.id))) return;
    const token = randomToken(32);
    const expiresAt = new Date(now().getTime() + validMinutes * 60_000);
    await storage.credentials.setToken({ userId: user.id, purpose, tokenHash: sha256Hex(token), expiresAt });
    const link = `${config.publicUrl ?? `http://localhost:${config.port}`}/reset-password#${token}`;
    if (!mailer) {
      log.warn({ event: 'password-reset.pass-on', userId: user.id, link }, 'No mail server: pass this link on by hand');
      return;
    }
    await mailer.send({ to: user.email, subject: 'A new password for Confab', text: textOf(user.name, link) });
  } catch (err) {
    log.error({ event: 'password-reset.not-sent', requestId: wish.requestId, err });
  }
}

async function mayBeSent({ storage, now }: ResetDeps, userId: string): Promise<boolean> {
  const expiresAt = new Date(now().getTime() + 60 * 60_000);
  // Those beyond do not put off when it starts anew.
  const hour = Math.floor(now().getTime() / 3_600_000);
  const [tally] = await storage.tallies.add([{ id: `reset mails ${userId} ${hour}`, amount: 1, expiresAt }]);
  return tally!.count <= mailsPerHour;
}

function textOf(name: string, link: string): string {
  return `Hello ${name},

somebody, hopefully you, asked for a new password for your Confab account. Choose one here:

${link}

The link works once, within ${validMinutes} minutes. If it was not you, do nothing: your password stays as it is.
`;
}

/**
 * Gives the user whom the token was made for a new password, ends every session of theirs, and tells
 * them by mail.
 * @throws HttpProblem 400 when the password is easily guessed, which does not use the token up; 410 when the token is unknown, was used or has expired
 */
export async function resetPassword(
  deps: ResetDeps & Pick<Deps, 'passwords' | 'sessionStore' | 'bus'>,
  { token, newPassword, requestId }: { token: string; newPassword: string; requestId: string },
): Promise<void> {
  const { storage, passwords, sessionStore, bus } = deps;
  const passwordHash = await passwords.hash(newPassword);
  const user = await storage.transaction(async (scope) => {
    const userId = await scope.credentials.takeToken(purpose, sha256Hex(token));
    if (userId === undefined) return undefined;
    const user = await scope.accounts.updateUser(userId, { passwordHash });
    await refuseGuessable(newPassword, { email: user.email, names: [user.name] }, '#/newPassword');
    await recordForEachClient(scope, { user, requestId }, { action: 'user.passwordReset' });
    return user;
  });
  if (!user) throw new HttpProblem('gone', 'This link was used or has expired. Ask for a new one.');
  await sessionStore.endSessionsOf(user.id);
  bus.publish('session.ended', { userId: user.id });
  sendSecurityNotice(deps, 'passwordReset', { user, requestId });
}
