import { describeState, readSchemaState, type SchemaState } from '../storage/database/schema-state.ts';
import { type CommandDatabase, withClient } from './open-database.ts';
import { CommandError, type Console } from './run-command.ts';

/** What the database holds, found out from its catalog and not only from its records. */
export function readThoroughState(database: CommandDatabase): Promise<SchemaState> {
  return withClient(database, (client) => readSchemaState(client, { thorough: true }));
}

/** The state as an error, with every difference printed before. */
export function refusal(state: SchemaState, console: Console): CommandError {
  for (const difference of state.differences) console.print(difference);
  return new CommandError(describeState(state));
}

/** @throws CommandError unless the database has the tables of this version */
export async function requireCurrentSchema(database: CommandDatabase, console: Console): Promise<void> {
  const state = await readThoroughState(database);
  if (state.kind !== 'current') throw refusal(state, console);
}
