import { LRUCache } from 'lru-cache';
import type { Deps } from '../../deps.ts';

/** A tag whose key no widget has, as it was heard of. */
export interface StrayTag {
  /** As in `https://www.example.com`, or `null`. */
  origin: string;
  /** What stood in the tag; `-` where nothing did. */
  publicKey: string;
  count: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** When the site asked for a widget that there is, after this was seen last. */
  solvedAt: Date | null;
}

/**
 * Tags that no widget belongs to, hence no client: kept in memory only, for the owners of the sites they are on. What
 * one process hears, all do.
 */
export interface StrayTags {
  note(origin: string, publicKey: string): void;
  /** The site has just asked for a widget that there is. Answers whether that solved something. */
  solve(origin: string): boolean;
  list(): StrayTag[];
}

const sitesMax = 500;
const keysPerSiteMax = 5;
const restMs = 60_000;
/** Keys can be invented at any pace; of what is new no more than this many are heard of in a minute. */
const newPerMinuteMax = 120;
/** A page may have a good tag beside a stray one, and asks for both within moments. */
const besideMs = 5_000;

export function createStrayTags({ bus, now }: Pick<Deps, 'bus' | 'now'>): StrayTags {
  const sites = new LRUCache<string, Map<string, StrayTag>>({ max: sitesMax });
  let minute = 0;
  let newThisMinute = 0;

  const isTooMany = (at: number) => {
    const current = Math.floor(at / 60_000);
    if (current !== minute) newThisMinute = 0;
    minute = current;
    return ++newThisMinute > newPerMinuteMax;
  };

  bus.subscribe('tag.strayed', ({ origin, publicKey }) => {
    const at = now();
    const tags = sites.get(origin) ?? new Map<string, StrayTag>();
    const known = tags.get(publicKey);
    if (known && known.solvedAt === null) {
      known.count++;
      known.lastSeenAt = at;
      return;
    }
    if (!known && tags.size >= keysPerSiteMax) tags.delete(tags.keys().next().value as string);
    tags.set(publicKey, { origin, publicKey, count: 1, firstSeenAt: at, lastSeenAt: at, solvedAt: null });
    sites.set(origin, tags);
  });

  return {
    note(origin, publicKey) {
      const at = now().getTime();
      const known = sites.get(origin)?.get(publicKey);
      const isNews = !known || known.solvedAt !== null;
      if (isNews ? isTooMany(at) : at - known.lastSeenAt.getTime() < restMs) return;
      bus.publish('tag.strayed', { origin, publicKey });
    },
    solve(origin) {
      const at = now();
      let isSolved = false;
      for (const tag of sites.get(origin)?.values() ?? []) {
        if (tag.solvedAt !== null || at.getTime() - tag.lastSeenAt.getTime() < besideMs) continue;
        tag.solvedAt = at;
        isSolved = true;
      }
      return isSolved;
    },
    list: () => [...sites.values()].flatMap((tags) => [...tags.values()].map((tag) => ({ ...tag }))),
  };
}
