import type { Db } from './handle.ts';

/** A query that has been built once for a connection or pool and is run with values for its placeholders. */
interface Built<Rows> {
  execute(values: Record<string, unknown>): Promise<Rows>;
}

/**
 * A query of a hot path, built once per pool and named, so that Postgres parses and plans it once per connection. The
 * name is what makes it a prepared statement; behind a pooler the name is dropped and the query runs all the same.
 */
export function prepared<Rows>(
  name: string,
  build: (db: Db) => { prepare(name: string): Built<Rows> },
): (db: Db, values: Record<string, unknown>) => Promise<Rows> {
  const built = new WeakMap<Db, Built<Rows>>();
  return (db, values) => {
    let query = built.get(db);
    if (query === undefined) {
      query = build(db).prepare(`confab_${name}`);
      built.set(db, query);
    }
    return query.execute(values);
  };
}
