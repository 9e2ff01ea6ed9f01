import type { IncomingMessage } from 'node:http';
import passportLibrary from 'passport';
import { Strategy as LocalStrategy } from 'passport-local';
import type { User } from '../../shared/schema.ts';
import type { Deps } from '../deps.ts';

export type Passport = InstanceType<typeof passportLibrary.Authenticator>;

type PassportDeps = Pick<Deps, 'storage' | 'passwords' | 'log'>;

/**
 * Passport with its local strategy: email address and password. An unknown address and a wrong password cannot be told
 * apart, neither by the answer nor by the work done for it. A session holds the user's id;
 * `onSignIn` is called when there is a fresh one, which it may add to.
 */
export function createPassport(deps: PassportDeps, onSignIn: (request: IncomingMessage) => void): Passport {
  const passport = new passportLibrary.Authenticator();
  passport.use(
    new LocalStrategy({ usernameField: 'email', passwordField: 'password' }, (email, password, done) => {
      checkCredentials(deps, email, password).then(
        (user) => done(null, user ?? false),
        (error: unknown) => done(error),
      );
    }),
  );
  passport.serializeUser((request: IncomingMessage, user: unknown, done: (error: unknown, id?: string) => void) => {
    onSignIn(request);
    done(null, (user as User).id);
  });
  return passport;
}

async function checkCredentials(deps: PassportDeps, email: string, password: string): Promise<User | undefined> {
  const user = await deps.storage.accounts.findUserByEmail(email.trim().toLowerCase());
  const { matches, outdated } = await deps.passwords.verify(user?.passwordHash, password);
  if (!user || !matches) return undefined;
  return outdated ? renewHash(deps, user, password) : user;
}

/**
 * The user with a new hash of the same password. Signing in does not depend on it: what goes wrong is logged, and the next
 * sign-in tries again.
 */
async function renewHash(deps: PassportDeps, user: User, password: string): Promise<User> {
  try {
    const passwordHash = await deps.passwords.hash(password);
    return await deps.storage.transaction(async ({ accounts }) => {
      // The password may have been changed meanwhile, and the old one must not come back: an update holds the row, so
      // that what it answers stays true until the next.
      const current = await accounts.updateUser(user.id, {});
      return current.passwordHash === user.passwordHash ? accounts.updateUser(user.id, { passwordHash }) : user;
    });
  } catch (err) {
    deps.log.error({ event: 'password.rehash-failed', userId: user.id, err });
    return user;
  }
}
