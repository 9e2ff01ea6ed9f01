import { stripVTControlCharacters } from 'node:util';
import type pg from 'pg';
import { declaredTableNames, declaredTables, loadDrizzleKit } from './drizzle-kit.ts';
import { introspecting } from './introspection.ts';
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
    const statements = statementsToExecute
      .flatMap((statement) => statement.split('--> statement-breakpoint'))
      .map((statement) => statement.trim())
      .filter((statement) => statement !== '' && !FOREIGN.test(statement));
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
