import { AsyncLocalStorage } from 'node:async_hooks';
import { stripVTControlCharacters } from 'node:util';
import type { SQL } from 'drizzle-orm';
import { PgDialect } from 'drizzle-orm/pg-core';
import type pg from 'pg';
import { declaredTableNames, declaredTables, loadDrizzleKit } from './drizzle-kit.ts';
import { CommandError } from './run-command.ts';

/** What has to be done to a database so that it has the declared tables. */
export interface PushPlan {
  /** In the order in which they are to run; empty when nothing is to do. */
  statements: string[];
  /** What would be lost, one sentence each; empty when nothing is. */
  losses: string[];
}

/** Kinds of things of which Confab declares none, so that one found in a database is somebody else's. */
const FOREIGN = /^\s*DROP (TABLE|VIEW|MATERIALIZED VIEW|TYPE|SEQUENCE|SCHEMA|ROLE)\b/i;

/** Statements that take away a protection somebody has added, which drizzle-kit does not count as a loss. */
const PROTECTION = /^\s*(DROP POLICY\b|ALTER TABLE .* DISABLE ROW LEVEL SECURITY)/i;

/**
 * Asks drizzle-kit what separates the database behind `client` from the declared tables. Tables, types and sequences
 * that Confab does not declare are left alone. When a column may have been renamed, the person at the terminal is asked.
 * @throws CommandError when nobody can be asked
 */
export async function planPush(client: pg.ClientBase): Promise<PushPlan> {
  const { pushSchema } = await loadDrizzleKit();
  const restore = process.stdout.isTTY ? () => {} : muteStdout();
  try {
    const { statementsToExecute, warnings } = await introspecting(client, (database) =>
      pushSchema(declaredTables, database, ['public'], declaredTableNames),
    );
    const statements = statementsToExecute.filter((statement) => !FOREIGN.test(statement)).map((text) => text.trim());
    return { statements, losses: [...warnings.map(plain), ...statements.filter((text) => PROTECTION.test(text))] };
  } catch (error) {
    if (!(error instanceof Error && /Interactive prompts require a TTY/.test(error.message))) throw error;
    throw new CommandError(
      'A column is missing and another is new, which may be a renaming: run npm run db:push on a terminal, where it asks, or write a migration with npm run db:generate.',
    );
  } finally {
    restore();
  }
}

type Database = Parameters<Awaited<ReturnType<typeof loadDrizzleKit>>['pushSchema']>[1];

/**
 * Gives `work` a database in the shape `pushSchema` wants, and mends two of its habits. It leaves out the parameters of
 * the one query that has any, which asks for the primary key of the table it is looking at; the table is known from its
 * queries before. And it ends the process when a query fails; so a failure is reported from here, and `work` never
 * hears of it.
 */
function introspecting<T>(client: pg.ClientBase, work: (database: Database) => Promise<T>): Promise<T> {
  const dialect = new PgDialect();
  const currentTable = new AsyncLocalStorage<string>();
  let queue: Promise<unknown> = Promise.resolve();
  return new Promise<T>((resolve, reject) => {
    const execute = (query: SQL) => {
      const text = dialect.sqlToQuery(query).sql;
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

/** Keeps drizzle-kit's progress indicator, which is made for terminals, out of logs. */
function muteStdout(): () => void {
  const write = process.stdout.write;
  process.stdout.write = () => true;
  return () => {
    process.stdout.write = write;
  };
}

/** drizzle-kit's own words, as a sentence without colours. */
function plain(warning: string): string {
  return `${stripVTControlCharacters(warning).replace(/^·\s*/, '').replace("You're about to", 'It would').trim()}.`;
}
