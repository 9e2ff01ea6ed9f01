import { migrateDatabase } from '../storage/database/migrate.ts';
import { describeState } from '../storage/database/schema-state.ts';
import { readThoroughState } from './describe-database.ts';
import { type CommandDatabase, withDatabase } from './open-database.ts';
import { type Console, defineCommand, runAsProcess } from './run-command.ts';

export const init = defineCommand({
  name: 'db:init',
  summary: 'Creates everything in an empty database. In any other it says what it found and changes nothing.',
  details: ['It may be run any number of times, and by several processes at once.'],
  options: {},
  run: ({ config, console }) => withDatabase(config, (database) => initDatabase(database, console)),
});

/** Ends well whatever it finds; what it finds is printed. */
export async function initDatabase(database: CommandDatabase, console: Console): Promise<void> {
  const state = await readThoroughState(database);
  if (state.kind !== 'empty') {
    console.print(describeState(state));
    console.print('Nothing was changed.');
    return;
  }
  const { applied } = await migrateDatabase(database.pool);
  console.print(
    applied.length === 0
      ? 'Another process has just created the tables. Nothing was left to do.'
      : `Created every table in ${database.name}, by ${applied.join(', ')}.`,
  );
}

await runAsProcess(import.meta.url, init);
