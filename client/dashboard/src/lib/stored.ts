/** Small values kept in this browser. Where storage is blocked they last as long as the page. */
const inMemory = new Map<string, string>();

/** The value kept under a name, or null when there is none or it is no longer readable. */
export function readStored<T>(name: string): T | null {
  const key = `confab:${name}`;
  let text: string | null = inMemory.get(key) ?? null;
  try {
    text ??= localStorage.getItem(key);
    return text === null ? null : (JSON.parse(text) as T);
  } catch {
    return null;
  }
}

/** Keeps a JSON value under a name; null removes it. */
export function writeStored(name: string, value: unknown): void {
  const key = `confab:${name}`;
  try {
    if (value === null) localStorage.removeItem(key);
    else localStorage.setItem(key, JSON.stringify(value));
    inMemory.delete(key);
  } catch {
    if (value === null) inMemory.delete(key);
    else inMemory.set(key, JSON.stringify(value));
  }
}
