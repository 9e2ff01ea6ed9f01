import { getTableColumns, type SQL, sql } from 'drizzle-orm';
import type { PgSelect, PgTable } from 'drizzle-orm/pg-core';
import type { Db } from './handle.ts';

/**
 * Reads a page of one table's rows as a single JSON text: an array of arrays of values. Taking the rows apart that way
 * costs this process half of what it costs column by column; with names in it, Postgres would pay more than is saved.
 */
export interface JsonRows<T> {
  /** Wraps a query for whole rows of the table. Their order is kept. */
  select(db: Db, rows: PgSelect): ReturnType<typeof selectJson>;
  /** The rows that the wrapped query answered. */
  read(answer: { json: string }[]): T[];
}

/** Types that JSON has, or whose text is the value. An instant is made a `Date` afterwards. */
const plainInJson = new Set(['PgUUID', 'PgText', 'PgInteger', 'PgJsonb', 'PgArray']);

/** @throws TypeError when the table has a column of a type that nobody has needed here yet */
export function jsonRows<T extends PgTable>(table: T): JsonRows<T['$inferSelect']> {
  const columns = Object.entries(getTableColumns(table)).map(([property, { name, columnType }]) => {
    const isInstant = columnType === 'PgTimestamp';
    if (!isInstant && !plainInJson.has(columnType))
      throw new TypeError(`${name} is not read from JSON (${columnType}).`);
    return { property, isInstant, value: sql`${sql.identifier(alias)}.${sql.identifier(name)}` };
  });
  const values = sql.join(
    columns.map(({ value }) => value),
    sql`, `,
  );
  const readRow = (values: unknown[]) => {
    const row: Record<string, unknown> = {};
    for (let place = 0; place < columns.length; place++) {
      const { property, isInstant } = columns[place]!;
      const value = values[place];
      row[property] = isInstant && value !== null ? new Date(value as string) : value;
    }
    return row as T['$inferSelect'];
  };
  return {
    select: (db, rows) => selectJson(db, rows, values),
    read: ([answer]) => (JSON.parse(answer!.json) as unknown[][]).map(readRow),
  };
}

const alias = 'page';

function selectJson(db: Db, rows: PgSelect, values: SQL) {
  return db
    .select({ json: sql<string>`coalesce(json_agg(json_build_array(${values})), '[]')::text` })
    .from(rows.as(alias));
}
