import { LRUCache } from 'lru-cache';

export interface ReadThroughCacheOptions<V> {
  /** Asks the source; undefined when there is nothing under this key. */
  load(key: string): Promise<V | undefined>;
  /** The most values kept, and the most misses. */
  max: number;
  /** How long a value is believed. */
  ttlMs: number;
  /** How long it is believed that there is nothing. */
  missTtlMs: number;
  /** When the source fails so, the value it had last is answered, for up to `ms` after it was asked. */
  lastWhile?: { ms: number; isAway(error: unknown): boolean };
}

export interface ReadThroughCache<V> {
  /** What the source had at most `ttlMs` ago. Those who ask at the same time share one question to the source. */
  get(key: string): Promise<V | undefined>;
  /** Forgets the key; an answer that is under way is not kept either. */
  drop(key: string): void;
  /** Forgets every value that `matches` accepts, and every answer that is under way. */
  dropWhere(matches: (value: V) => boolean): void;
}

/** A bounded cache before a slow source. Misses are kept apart, so that made-up keys cannot push real values out. */
export function createReadThroughCache<V extends object>(options: ReadThroughCacheOptions<V>): ReadThroughCache<V> {
  const values = new LRUCache<string, V>({ max: options.max, ttl: options.ttlMs });
  const misses = new LRUCache<string, true>({ max: options.max, ttl: options.missTtlMs });
  const { lastWhile } = options;
  const last = lastWhile && new LRUCache<string, V>({ max: options.max, ttl: lastWhile.ms });
  const loading = new Map<string, Promise<V | undefined>>();

  async function load(key: string): Promise<V | undefined> {
    const answer = options.load(key);
    loading.set(key, answer);
    try {
      const value = await answer;
      // Dropped meanwhile: the source may have answered from before the change.
      if (loading.get(key) === answer) {
        if (value === undefined) {
          misses.set(key, true);
          last?.delete(key);
        } else {
          values.set(key, value);
          last?.set(key, value);
        }
      }
      return value;
    } catch (error) {
      const value = lastWhile?.isAway(error) ? last?.get(key) : undefined;
      if (value === undefined) throw error;
      return value;
    } finally {
      if (loading.get(key) === answer) loading.delete(key);
    }
  }

  return {
    async get(key) {
      const kept = values.get(key);
      if (kept !== undefined) return kept;
      if (misses.has(key)) return undefined;
      return loading.get(key) ?? load(key);
    },
    drop(key) {
      values.delete(key);
      last?.delete(key);
      misses.delete(key);
      loading.delete(key);
    },
    dropWhere(matches) {
      loading.clear();
      for (const kept of [values, last]) {
        for (const [key, value] of kept?.entries() ?? []) if (matches(value)) kept?.delete(key);
      }
    },
  };
}
