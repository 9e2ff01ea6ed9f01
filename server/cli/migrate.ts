import { withProgress } from '../moving/progress.ts';
import { createPool } from '../storage/database/connection.ts';
import { migrateDatabase, readMigrations } from '../storage/database/migrate.ts';
import { recordBaseline } from '../storage/database/schema-state.ts';
import { describeChange } from './change-plan.ts';
import { readThoroughState, refusal } from './describe-database.ts';
import { type CommandDatabase, withClient, withDatabase } from './open-database.ts';
import { type Console, defineCommand, runAsProcess } from './run-command.ts';

export const migrate = defineCommand({
  name: 'db:migrate',
  summary: 'Applies the migrations that the database lacks. Never asks; made for deploys.',
  details: [
    'Prints its plan first: which locks each statement takes, on how many rows, and for about how long.',
    'All of them are applied, or none. Several processes may start it at once: one works, the others wait.',
    'A database made by db:push is recognised by its tables, and its migrations are noted as applied.',
  ],
  options: { 'dry-run': { type: 'flag', help: 'Prints the plan and changes nothing.' } },
  run: ({ options, config, console }) =>
    withDatabase(config, (database) => migrateTables(database, console, options['dry-run'])),
});

/** @throws CommandError when the database is not one that migrations can be applied to */
export async function migrateTables(database: CommandDatabase, console: Console, isDryRun = false): Promise<void> {
  const state = await readThoroughState(database);
  if (state.kind === 'ahead' || state.kind === 'different') throw refusal(state, console);
  const statements = readMigrations()
    .filter(({ tag }) => state.pending.includes(tag))
    .flatMap((migration) => migration.statements);
  if (statements.length > 0) {
    for (const line of await withClient(database, (client) => describeChange(client, statements))) console.print(line);
  }
  if (isDryRun) {
    if (statements.length === 0) console.print('Nothing to apply: the database is up to date.');
    console.print('Nothing was changed: this was a dry run.');
    return;
  }
  if (state.kind === 'current' && state.appliedMigrations.length === 0) {
    const pool = await createPool({ ...database.pool, max: 1 });
    try {
      await recordBaseline(pool);
    } finally {
      await pool.end();
    }
    console.print('The tables were made by db:push and are those of the migrations, which are now noted as applied.');
    return;
  }
  const { applied } = await withProgress(console.print, async (progress) => {
    progress.step('applying what is missing');
    return migrateDatabase(database.pool);
  });
  for (const tag of applied) console.print(`Applied ${tag}.`);
  console.print(applied.length === 0 ? 'Nothing to apply: the database is up to date.' : 'The database is up to date.');
}

await runAsProcess(import.meta.url, migrate);
