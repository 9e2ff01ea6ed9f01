import type { Db } from './handle.ts';

/** A query that has been built once for a connection or pool and is run with values for its placeholders. */
interface Built<Rows> {
  execute(values: Record<string, unknown>): Promise<Rows>;
}

const REPLAN_FACTOR = 16;

/**
 * Part of a prepared statement's name: how often it has been planned anew by the `run`th time, counted from 1. A new
 * name is a new plan, made after 16 runs, after 16 times as many, and so on. A plan from when a table was all but empty
 * reads the whole table, and Postgres would keep it until it next gathers statistics, a minute and many rows later.
 */
export function planGeneration(run: number): number {
  return Math.floor(Math.log(run) / Math.log(REPLAN_FACTOR));
}

/**
 * A query of a hot path, built seldom and named, so that Postgres parses and plans it once per connection. The name is
 * what makes it a prepared statement; behind a pooler the name is dropped and the query runs all the same.
 */
export function prepared<Rows>(
  name: string,
  build: (db: Db) => { prepare(name: string): Built<Rows> },
): (db: Db, values: Record<string, unknown>) => Promise<Rows> {
  const built = new WeakMap<Db, { generation: number; query: Built<Rows> }>();
  let runs = 0;
  return (db, values) => {
    const generation = planGeneration(++runs);
    let known = built.get(db);
    if (known?.generation !== generation) {
      known = { generation, query: build(db).prepare(`confab_${name}_${generation}`) };
      built.set(db, known);
    }
    return known.query.execute(values);
  };
}
