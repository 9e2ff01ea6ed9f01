import { AsyncLocalStorage } from 'node:async_hooks';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import type { loadDrizzleKit } from './drizzle-kit.ts';

type Database = Parameters<Awaited<ReturnType<typeof loadDrizzleKit>>['pushSchema']>[1];

/**
 * Gives `work` a database in the shape that `pushSchema` of drizzle-kit wants, and makes up for three of its habits:
 *
 * - It leaves out the parameters of the one query that has any, which asks for the primary key of the table it is
 *   looking at. The table is known from the queries it makes before on behalf of the same table.
 * - It takes the columns of a key in whatever order they come, and proposes to make the key anew when that is another
 *   order than the declared one. So they come in the order of the key.
 * - It ends the process when a query fails. So a failure is reported from here, and `work` never hears of it.
 */
export function introspecting<T>(client: pg.ClientBase, work: (database: Database) => Promise<T>): Promise<T> {
  const dialect = new PgDialect();
  const currentTable = new AsyncLocalStorage<string>();
  let queue: Promise<unknown> = Promise.resolve();
  return new Promise<T>((resolve, reject) => {
    const execute = (query: SQL) => {
      const text = inOrder(dialect.sqlToQuery(query).sql);
      const named = /(?:table_name|relname) = '([^']+)'/.exec(text)?.[1];
      if (named !== undefined) currentTable.enterWith(named);
      const parameters = text.includes('$2') ? ['public', currentTable.getStore()] : [];
      const answer = queue.then(() => client.query(text, parameters));
      queue = answer.catch(() => {});
      return answer.catch((error: unknown) => {
        reject(error);
        return new Promise<never>(() => {});
      });
    };
    currentTable.run('', () => work({ execute } as unknown as Database)).then(resolve, reject);
  });
}

/** By what a query is known, and the order it lacks. */
const ORDERS: [RegExp, string][] = [
  [
    /information_schema\.constraint_column_usage/,
    `constraint_name, (SELECT array_position(k.conkey, a.attnum) FROM pg_constraint k
       JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = c.column_name
       WHERE k.conname = constraint_name AND k.conrelid = format('%I.%I', c.table_schema, c.table_name)::regclass)`,
  ],
  [/con\.confkey/, 'con.conname, array_position(con.conkey, att.attnum), array_position(con.confkey, fatt.attnum)'],
];

function inOrder(text: string): string {
  const order = ORDERS.find(([pattern]) => pattern.test(text))?.[1];
  return order === undefined ? text : text.replace(/;\s*$/, ` ORDER BY ${order}`);
}
