import type { Kept, OutboxEntry } from './types.ts';

/** What the browser keeps for one visitor of one widget. One key per waiting message, so that tabs do not overwrite. */
export interface Store {
  /** Storage is blocked or full: what is kept lasts as long as the page. */
  isBlocked(): boolean;
  load(): Kept | null;
  save(kept: Kept): void;
  /** Waiting messages, oldest first. */
  entries(): OutboxEntry[];
  put(entry: OutboxEntry): void;
  remove(id: string): void;
  /** Forgets everything of this visitor. */
  clear(): void;
  /** The keys that belong to this store begin with it. */
  prefix: string;
}

/** `storage` answers the browser's storage, and may throw where it is blocked. */
export function createStore(prefix: string, storage: () => Storage): Store {
  const memory = new Map<string, string>();
  let real: Storage | null = null;
  try {
    real = storage();
    real.getItem(prefix);
  } catch {
    real = null;
  }

  const read = (key: string) => (real ? real.getItem(key) : (memory.get(key) ?? null));
  const keys = () => (real ? Object.keys(real) : [...memory.keys()]).filter((key) => key.startsWith(prefix));
  const drop = (key: string) => (real ? real.removeItem(key) : memory.delete(key));

  const write = (key: string, value: unknown) => {
    const text = JSON.stringify(value);
    try {
      if (real) {
        real.setItem(key, text);
        return;
      }
    } catch {
      // Full: what is there is taken along, so that nothing waiting is forgotten.
      for (const known of keys()) memory.set(known, real?.getItem(known) ?? '');
      real = null;
    }
    memory.set(key, text);
  };

  const parse = <T>(key: string): T | null => {
    try {
      return JSON.parse(read(key) ?? 'null');
    } catch {
      return null;
    }
  };

  return {
    prefix,
    isBlocked: () => !real,
    load: () => parse<Kept>(prefix),
    save: (kept) => write(prefix, kept),
    entries: () =>
      keys()
        .filter((key) => key.startsWith(`${prefix}:out:`))
        .map((key) => parse<OutboxEntry>(key))
        .filter((entry) => entry !== null)
        .sort((a, b) => a.at - b.at),
    put: (entry) => write(`${prefix}:out:${entry.id}`, entry),
    remove: (id) => drop(`${prefix}:out:${id}`),
    clear() {
      drop(prefix);
      for (const key of keys()) if (key.startsWith(`${prefix}:out:`)) drop(key);
    },
  };
}
