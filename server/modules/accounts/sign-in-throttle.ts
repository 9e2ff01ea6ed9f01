import { LRUCache } from 'lru-cache';
import { HttpProblem } from '../../http/problem.ts';
import { networkOf } from '../../lib/network-of.ts';
import { sha256Hex } from '../../lib/secrets.ts';

const freeFailures = 5;
const delayMaxSeconds = 300;
const forgottenAfterMs = 60 * 60 * 1000;
const pairsMax = 20_000;

interface Failures {
  count: number;
  blockedUntil: number;
}

export interface SignInThrottle {
  /**
   * Runs one attempt to prove an identity; it failed when it answers undefined. One that throws does not count.
   * @throws HttpProblem 429 with `Retry-After` before the delay is over
   */
  attempt<T>(who: { account: string; address: string }, attempt: () => Promise<T | undefined>): Promise<T | undefined>;
}

/**
 * Slows guessing down: after 5 failures for one account from one address each further one costs a longer wait, 1 second,
 * then 2, 4 and so on up to 5 minutes, until an attempt succeeds or an hour has passed. Counted per account *and*
 * address (of IPv6 the network), so a stranger who guesses elsewhere does not lock the owner out. Kept in memory, in
 * each process for itself; addresses are kept as hashes only.
 */
export function createSignInThrottle(now: () => Date): SignInThrottle {
  const failures = new LRUCache<string, Failures>({
    max: pairsMax,
    ttl: forgottenAfterMs,
    ttlResolution: 0,
    perf: { now: () => now().getTime() },
  });
  return {
    async attempt({ account, address }, attempt) {
      const key = sha256Hex(`${account}\0${networkOf(address)}`);
      const known = failures.get(key) ?? { count: 0, blockedUntil: 0 };
      const waitMs = known.blockedUntil - now().getTime();
      if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000));
      // Counted as a failure before it is known to be one, so that attempts made at the same time are counted too.
      const count = known.count + 1;
      const delaySeconds = count < freeFailures ? 0 : Math.min(2 ** (count - freeFailures), delayMaxSeconds);
      failures.set(key, { count, blockedUntil: now().getTime() + delaySeconds * 1000 });
      const result = await attempt().catch((error: unknown) => {
        failures.set(key, { ...known, count: Math.max(0, (failures.get(key)?.count ?? 0) - 1) });
        throw error;
      });
      if (result !== undefined) failures.delete(key);
      return result;
    },
  };
}

function tooMany(seconds: number): HttpProblem {
  return new HttpProblem('too-many-requests', `Too many failed attempts. Try again in ${seconds} seconds.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
