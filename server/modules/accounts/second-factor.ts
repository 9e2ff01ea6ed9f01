import { randomBytes } from 'node:crypto';
import { renderSVG } from 'uqr';
import type { User } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { HttpProblem, validationProblem } from '../../http/problem.ts';
import { createSealing } from '../../lib/sealing.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { base32, stepOfCode, totpUri } from '../../lib/totp.ts';
import { recordForEachClient } from './record-for-each-client.ts';
import { sendSecurityNotice } from './security-notice.ts';
import type { SignInThrottle } from './sign-in-throttle.ts';

const keyBytes = 20;
const recoveryCodeCount = 10;
const recoveryBytes = 15;

type FactorDeps = Pick<Deps, 'config' | 'storage' | 'secrets' | 'passwords' | 'log' | 'now' | 'mailer'> & {
  throttle: SignInThrottle;
};

interface Caller {
  user: User;
  requestId: string;
  address: string;
}

/** What seals a user's key to that user. */
export const sealingContextOf = (userId: string): string => `second factor of ${userId}`;

/** The second factor of users: codes that an app makes from a key, and recovery codes for when the app is lost. */
export function createSecondFactor(deps: FactorDeps) {
  const { storage, secrets, passwords, now, throttle } = deps;
  const sealing = createSealing(secrets.sealingKeys);

  async function provePassword({ user, address }: Caller, password: string): Promise<void> {
    const proven = await throttle.attempt({ account: `password of ${user.id}`, address }, async () => {
      const { matches } = await passwords.verify(user.passwordHash, password);
      return matches || undefined;
    });
    if (!proven) throw validationProblem([{ pointer: '#/password', detail: 'Is not your password.' }]);
  }

  async function takeCode(userId: string, sealedSecret: string, code: string): Promise<true | undefined> {
    const key = Buffer.from(sealing.open(sealedSecret, sealingContextOf(userId)), 'base64url');
    const step = stepOfCode(key, code, now());
    if (step !== undefined) return (await storage.credentials.takeStep(userId, step)) || undefined;
    return (await storage.credentials.takeRecoveryCode(userId, hashOfRecoveryCode(code))) || undefined;
  }

  return {
    /** Whether signing in asks for a code. */
    async stateOf(userId: string): Promise<{ isOn: boolean; recoveryCodesLeft: number }> {
      const factor = await storage.credentials.findSecondFactor(userId);
      const isOn = factor !== undefined && factor.confirmedAt !== null;
      return { isOn, recoveryCodesLeft: isOn ? factor.recoveryHashes.length : 0 };
    },

    /**
     * Called when the password is proven: does nothing for a user without a second factor, else takes a code or a
     * recovery code, each once. Wrong ones slow down every further try for this user, from whichever address: only who
     * has the password gets here. @throws HttpProblem 401 when a code is needed or wrong, 429
     */
    async demand(user: User, code: string | undefined): Promise<void> {
      const factor = await storage.credentials.findSecondFactor(user.id);
      if (!factor?.confirmedAt) return;
      if (code === undefined || code.trim() === '') {
        throw new HttpProblem('second-factor-needed', 'Enter the code that your authenticator app shows.');
      }
      const who = { account: `code of ${user.id}`, address: '' };
      if (await throttle.attempt(who, () => takeCode(user.id, factor.sealedSecret, code))) return;
      throw new HttpProblem('second-factor-needed', 'This code is wrong, or was used already. Enter the next one.');
    },

    /**
     * Makes a key that is not yet asked for.
     * @throws HttpProblem 400 when the password is wrong, 409 when there is a second factor, 429
     */
    async begin(caller: Caller, password: string): Promise<{ key: string; qrSvg: string }> {
      await provePassword(caller, password);
      const { user } = caller;
      const key = randomBytes(keyBytes);
      const sealed = sealing.seal(key.toString('base64url'), sealingContextOf(user.id));
      await storage.transaction(async ({ credentials }) => {
        if ((await credentials.findSecondFactor(user.id))?.confirmedAt) {
          throw alreadyThere();
        }
        await credentials.setSecondFactor(user.id, sealed);
      });
      return { key: base32(key), qrSvg: renderSVG(totpUri(key, user.email), { border: 2 }) };
    },

    /**
     * Has a key that was made asked for from now on. Once it is, no code gets anybody new recovery codes.
     * @returns recovery codes
     * @throws HttpProblem 400 when the code is wrong or no key was made, 409 when there is a second factor, 429
     */
    async confirm({ user, requestId }: Caller, code: string): Promise<string[]> {
      const factor = await storage.credentials.findSecondFactor(user.id);
      if (!factor) throw validationProblem([{ pointer: '#/code', detail: 'Begin anew: there is no key yet.' }]);
      if (factor.confirmedAt) throw alreadyThere();
      const who = { account: `code of ${user.id}`, address: '' };
      const proven = await throttle.attempt(who, () => takeCode(user.id, factor.sealedSecret, code));
      if (!proven) throw validationProblem([{ pointer: '#/code', detail: 'Is not the code that the app shows now.' }]);
      const codes = Array.from({ length: recoveryCodeCount }, newRecoveryCode);
      await storage.transaction(async (scope) => {
        const hashes = codes.map(hashOfRecoveryCode);
        // Not another key that was made meanwhile: its codes have not been proven.
        if (!(await scope.credentials.confirmSecondFactor(user.id, factor.sealedSecret, hashes))) throw alreadyThere();
        await recordForEachClient(scope, { user, requestId }, { action: 'user.secondFactorSet' });
      });
      sendSecurityNotice(deps, 'secondFactorSet', { user, requestId });
      return codes;
    },

    /** @throws HttpProblem 400 when the password is wrong, 429 */
    async remove(caller: Caller, password: string): Promise<void> {
      await provePassword(caller, password);
      await storage.transaction(async (scope) => {
        await scope.credentials.removeSecondFactor(caller.user.id);
        await recordForEachClient(scope, caller, { action: 'user.secondFactorRemoved' });
      });
      sendSecurityNotice(deps, 'secondFactorRemoved', caller);
    },
  };
}

function alreadyThere(): HttpProblem {
  return new HttpProblem('conflict', 'You have a second factor already. Remove it first.');
}

/** Twenty-four letters and digits in fours: 120 bits, which need no slow hash. */
function newRecoveryCode(): string {
  return base32(randomBytes(recoveryBytes)).toLowerCase().match(/.{4}/g)!.join('-');
}

function hashOfRecoveryCode(code: string): string {
  return sha256Hex(`recovery ${code.toLowerCase().replace(/[^a-z2-7]/g, '')}`);
}
