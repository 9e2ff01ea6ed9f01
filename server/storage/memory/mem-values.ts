/** A deep copy of what storage keeps or answers: JSON values, dates, and plain objects and arrays of them. */
export function copy<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return new Date(value) as T;
  if (Array.isArray(value)) return value.map(copy) as T;
  // Spreading defines every key as an own property, also `__proto__`, so that the assignments below change it alone.
  const result = { ...value };
  for (const key in result) {
    const member = result[key];
    if (typeof member === 'object' && member !== null) result[key] = copy(member);
  }
  return result;
}

/** The value as a `jsonb` column would give it back. */
export function asJson<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

/** The members that are not undefined: a field that is undefined counts as left out. */
export function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const result: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  for (const key in fields) {
    const value = fields[key];
    if (value !== undefined) result[key] = value as Exclude<T[typeof key], undefined>;
  }
  return result;
}

/** Ids are UUIDs: letter case does not tell them apart, and they are kept in lower case, as Postgres does. */
export function idOf(id: string): string {
  return id.toLowerCase();
}

/** `idOf` where the id may be missing. */
export function idOrNull(id: string | null | undefined): string | null {
  return id ? id.toLowerCase() : null;
}

/** The primary key of a row that belongs to a client. */
export function ownedKey(clientId: string, id: string): string {
  return `${clientId}/${id.toLowerCase()}`;
}

/** Ascending by instant, then by id. */
export function byInstantThenId(a: { at: Date; id: string }, b: { at: Date; id: string }): number {
  return a.at.getTime() - b.at.getTime() || compareText(a.id, b.id);
}

/** Ascending in code unit order. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
