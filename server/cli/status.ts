import { describeState } from '../storage/database/schema-state.ts';
import { readThoroughState } from './describe-database.ts';
import { withClient, withDatabase } from './open-database.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const status = defineCommand({
  name: 'db:status',
  summary: 'Says what the database holds and what it lacks. Changes nothing.',
  options: { check: { type: 'flag', help: 'Fails unless the database is as this version needs it.' } },
  run: ({ options, config, console }) =>
    withDatabase(config, async (database) => {
      const version = await withClient(database, async (client) => {
        const { rows } = await client.query<{ version: string }>("SELECT current_setting('server_version') AS version");
        return rows[0]!.version;
      });
      const state = await readThoroughState(database);
      console.print(`Postgres ${version}, ${database.name}`);
      console.print(describeState(state));
      for (const difference of state.differences) console.print(`  differs  ${difference}`);
      for (const tag of state.appliedMigrations) console.print(`  applied  ${tag}`);
      for (const tag of state.pending) console.print(`  missing  ${tag}`);
      if (options.check && state.kind !== 'current') throw new CommandError('The database is not as it should be.');
    }),
});

await runAsProcess(import.meta.url, status);
