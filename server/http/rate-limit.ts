import { LRUCache } from 'lru-cache';
import { sha256Hex } from '../lib/secrets.ts';
import type { TalliesRepository } from '../storage/repositories/tallies.ts';

/** How often something may be done. */
export interface RateRule {
  name: string;
  max: number;
  windowSeconds: number;
}

export interface RateLimiter {
  /**
   * Counts one more by `who`, and answers 0; when it is one too many it is not counted, and the answer is the number of
   * seconds to wait.
   */
  take(rule: RateRule, who: string): number;
  /** Adds what was counted here to what all processes share, and learns of theirs. Never rejects. */
  share(): Promise<void>;
  /** Ends what runs in the background. */
  stop(): void;
}

interface Count {
  rule: RateRule;
  who: string;
  /** Which window since 1970. */
  window: number;
  /** Of this process, and how much of it the others have been told. */
  own: number;
  shared: number;
  others: number;
  /** Of all processes, in the window before. */
  before: number;
}

const countsMax = 50_000;
const sharedAtOnceMax = 500;
const shareEveryMs = 1_000;
const pruneEveryMs = 10 * 60_000;
/**
 * Who is far from the limit is counted by each process alone, which costs the database nothing: up to a quarter of it, and
 * up to a part so small that all processes together let through no more than half of it unheard.
 */
const sharedFromPart = (processes: number): number => Math.min(0.25, 0.5 / processes);

/**
 * Counts in a window that slides: what was counted in the one before weighs as much as is left of it. Asking is done in
 * memory; with `tallies`, processes tell each other once a second what those have done who come near a limit. Whoever
 * calls all of them within that second is let through by each, once. While storage is away each goes on by itself.
 */
export function createRateLimiter({
  now,
  tallies,
  peers = () => 0,
}: {
  now(): Date;
  /** How many other processes count as well. */
  peers?: (() => number) | undefined;
  /** Undefined: there is one process only. */
  tallies: TalliesRepository | undefined;
}): RateLimiter {
  const counts = new LRUCache<string, Count>({ max: countsMax });
  const changed = new Set<Count>();
  const timers = tallies ? startSharing(tallies) : [];

  function startSharing(repository: TalliesRepository): NodeJS.Timeout[] {
    const prune = () => void repository.prune().catch(() => undefined);
    return [setInterval(() => void share(), shareEveryMs).unref(), setInterval(prune, pruneEveryMs).unref()];
  }

  function countOf(rule: RateRule, who: string): Count {
    const window = Math.floor(now().getTime() / (rule.windowSeconds * 1000));
    const key = `${rule.name}\0${who}`;
    let count = counts.get(key);
    if (!count) {
      count = { rule, who, window, own: 0, shared: 0, others: 0, before: 0 };
      counts.set(key, count);
    } else if (count.window !== window) {
      const before = count.window === window - 1 ? count.own + count.others : 0;
      Object.assign(count, { window, own: 0, shared: 0, others: 0, before });
    }
    return count;
  }

  async function share(): Promise<void> {
    if (!tallies) return;
    const part = sharedFromPart(peers() + 1);
    const near = [...changed].filter(({ own, others, rule }) => own + others >= rule.max * part);
    changed.clear();
    for (let at = 0; at < near.length; at += sharedAtOnceMax) {
      const told = near.slice(at, at + sharedAtOnceMax).map((count) => ({ count, ...count }));
      const changes = told.map(({ rule, who, window, own, shared }) => ({
        id: sha256Hex(`${rule.name}\0${who}\0${window}`),
        amount: own - shared,
        expiresAt: new Date((window + 2) * rule.windowSeconds * 1000),
      }));
      try {
        const sums = await tallies.add(changes);
        told.forEach(({ count, window, own }, n) => {
          if (count.window !== window) return;
          count.shared = own;
          count.others = Math.max(0, sums[n]!.count - own);
        });
      } catch {
        for (const { count } of told) changed.add(count);
      }
    }
  }

  return {
    take(rule, who) {
      const count = countOf(rule, who);
      const windowMs = rule.windowSeconds * 1000;
      const passed = (now().getTime() % windowMs) / windowMs;
      const current = count.own + count.others;
      const free = rule.max - 1;
      if (count.before * (1 - passed) + current > free) {
        // Until enough of the window before has slid out; else until enough of this one has.
        const wait = current <= free ? 1 - (free - current) / count.before - passed : 2 - free / current - passed;
        return Math.max(1, Math.ceil(wait * rule.windowSeconds));
      }
      count.own += 1;
      if (tallies) changed.add(count);
      return 0;
    },
    share,
    stop() {
      for (const timer of timers) clearInterval(timer);
    },
  };
}
