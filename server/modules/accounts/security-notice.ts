import type { User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';

/** What was done to an account, in words that follow “Hello …,”. */
const sentences = {
  passwordChanged: 'the password of your Confab account was changed. Every other browser was signed out.',
  passwordReset:
    'your Confab account was given a new password with a link from a mail. You were signed out everywhere.',
  secondFactorSet: 'signing in to your Confab account now asks for a code from an app.',
  secondFactorRemoved: 'signing in to your Confab account does not ask for a code from an app any more.',
} as const;

export type SecurityNotice = keyof typeof sentences;

type NoticeDeps = Pick<Deps, 'config' | 'log' | 'now'> & Partial<Pick<Deps, 'mailer'>>;

/**
 * Tells the owner of an account by mail that what guards it has changed, so that they learn of it when it was not them.
 * Not waited for, since the change is made: a mail that cannot be sent is logged. Without a mail server nothing is sent.
 */
export function sendSecurityNotice(deps: NoticeDeps, notice: SecurityNotice, { user, requestId }: Told): void {
  const { config, log, mailer, now } = deps;
  if (!mailer) return;
  const link = `${config.publicUrl ?? `http://localhost:${config.port}`}/forgot-password`;
  const text = `Hello ${user.name},

${sentences[notice]} This was at ${now().toISOString().slice(0, 16).replace('T', ' ')} UTC.

If it was you, there is nothing to do. If not, choose a new password at once, and look at your account page for sign-ins
that you do not know:

${link}
`;
  mailer
    .send({ to: user.email, subject: 'Your Confab account was changed', text })
    .catch((err: unknown) => log.error({ event: 'security-notice.not-sent', notice, userId: user.id, requestId, err }));
}

interface Told {
  user: Pick<User, 'id' | 'name' | 'email'>;
  requestId: string;
}
