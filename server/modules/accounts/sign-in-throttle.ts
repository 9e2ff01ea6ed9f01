import type { Deps } from '../../deps.ts';
import { HttpProblem } from '../../http/problem.ts';
import { networkOf } from '../../lib/network-of.ts';
import { sha256Hex } from '../../lib/secrets.ts';

const freeFailures = 5;
const delayMaxSeconds = 300;
const forgottenAfterMs = 60 * 60 * 1000;

export interface SignInThrottle {
  /**
   * Runs one attempt to prove an identity; it failed when it answers undefined. One that throws does not count.
   * @throws HttpProblem 429 with `Retry-After` before the delay is over
   * @throws StorageUnavailableError
   */
  attempt<T>(who: { account: string; address: string }, attempt: () => Promise<T | undefined>): Promise<T | undefined>;
}

/**
 * Slows guessing down: after 5 failures for one account from one address each further one costs a longer wait, 1 second,
 * then 2, 4 and so on up to 5 minutes, until an attempt succeeds or an hour has passed. Counted per account *and*
 * address (of IPv6 the network), so a stranger who guesses elsewhere does not lock the owner out. Counted in storage,
 * for all processes together; accounts and addresses are kept as hashes only.
 */
export function createSignInThrottle({ storage, now }: Pick<Deps, 'storage' | 'now'>): SignInThrottle {
  const oneByOne = createQueues();

  /** Counts a failure before it is known to be one, so that attempts made at the same time are counted too. */
  function begin(id: string): Promise<void> {
    return storage.transaction(async ({ tallies }) => {
      const at = now().getTime();
      const expiresAt = new Date(at + forgottenAfterMs);
      const [held] = await tallies.add([{ id, amount: 0, expiresAt }]);
      const waitMs = (held!.blockedUntil?.getTime() ?? 0) - at;
      if (waitMs > 0) throw tooMany(Math.ceil(waitMs / 1000));
      const count = held!.count + 1;
      const delaySeconds = count < freeFailures ? 0 : Math.min(2 ** (count - freeFailures), delayMaxSeconds);
      await tallies.add([{ id, amount: 1, expiresAt, blockedUntil: new Date(at + delaySeconds * 1000) }]);
    });
  }

  async function takeBack(id: string): Promise<void> {
    const at = now();
    const expiresAt = new Date(at.getTime() + forgottenAfterMs);
    // What kept the attempt from being made may keep this from being noted: then it counts, and is forgotten in an hour.
    await storage.tallies.add([{ id, amount: -1, expiresAt, blockedUntil: at }]).catch(() => undefined);
  }

  return {
    async attempt({ account, address }, attempt) {
      const id = `attempts ${sha256Hex(`${account}\0${networkOf(address)}`)}`;
      await oneByOne(id, () => begin(id));
      let result: Awaited<ReturnType<typeof attempt>>;
      try {
        result = await attempt();
      } catch (error) {
        await takeBack(id);
        throw error;
      }
      if (result !== undefined) await storage.tallies.remove(id);
      return result;
    },
  };
}

/** Runs what has the same name one after the other. */
function createQueues() {
  const last = new Map<string, Promise<void>>();
  return async (name: string, work: () => Promise<void>): Promise<void> => {
    const before = last.get(name) ?? Promise.resolve();
    const mine = before.then(work, work);
    last.set(name, mine);
    try {
      await mine;
    } finally {
      if (last.get(name) === mine) last.delete(name);
    }
  };
}

function tooMany(seconds: number): HttpProblem {
  return new HttpProblem('too-many-requests', `Too many failed attempts. Try again in ${seconds} seconds.`, {
    headers: { 'Retry-After': String(seconds) },
  });
}
