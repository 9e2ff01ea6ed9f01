/** A browser's storage. Writing fails once `capacity` keys are in it. */
export function fakeStorage(capacity = Number.POSITIVE_INFINITY): Storage {
  const entries: Record<string, string> = {};
  const methods = {
    getItem: (key: string) => entries[key] ?? null,
    setItem(key: string, value: string) {
      if (!(key in entries) && Object.keys(entries).length >= capacity) throw new Error('QuotaExceededError');
      entries[key] = value;
    },
    removeItem: (key: string) => {
      delete entries[key];
    },
    clear: () => {
      for (const key of Object.keys(entries)) delete entries[key];
    },
    key: (index: number) => Object.keys(entries)[index] ?? null,
  };
  return new Proxy(entries, {
    get: (_, name) =>
      name === 'length'
        ? Object.keys(entries).length
        : (methods[name as keyof typeof methods] ?? entries[name as string]),
  }) as unknown as Storage;
}
