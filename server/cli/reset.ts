import pg from 'pg';
import { readCatalog } from '../storage/database/catalog.ts';
import { lockMigrations, MIGRATIONS_TABLE, migrateDatabase } from '../storage/database/migrate.ts';
import { declaredTableNames } from './drizzle-kit.ts';
import { withClient, withDatabase } from './open-database.ts';
import { CommandError, defineCommand, runAsProcess } from './run-command.ts';

export const reset = defineCommand({
  name: 'db:reset',
  summary: 'Removes Confab’s tables with everything in them and creates them anew. For development.',
  details: ['It asks first. Tables that are not Confab’s stay. Refused in production.'],
  options: { yes: { type: 'flag', help: 'Goes on without asking.' } },
  async run({ options, config, console }) {
    if (config.production) throw new CommandError('It is refused in production, and NODE_ENV is production.');
    await withDatabase(config, async (database) => {
      const tables = await withClient(database, async (client) =>
        Object.keys(await readCatalog(client, declaredTableNames)),
      );
      if (!options.yes) {
        const question = `Everything in ${tables.length} tables of ${database.name} will be lost. Go on?`;
        if (!console.interactive) {
          throw new CommandError(`${question} There is no terminal to ask on: run npm run db:reset -- --yes.`);
        }
        if (!(await console.confirm(question)))
          throw new CommandError('It was not confirmed, and nothing was changed.');
      }
      await withClient(database, (client) => dropTables(client, tables));
      await migrateDatabase(database.pool);
      console.print(
        `Removed ${tables.length} tables with everything in them, and created ${declaredTableNames.length} anew.`,
      );
    });
  },
});

/** Without CASCADE: a view or table of somebody else's that depends on ours is a reason to stop. */
async function dropTables(client: pg.PoolClient, tables: string[]): Promise<void> {
  await client.query('BEGIN');
  try {
    await lockMigrations(client);
    if (tables.length > 0)
      await client.query(`DROP TABLE ${tables.map((table) => `public.${pg.escapeIdentifier(table)}`).join(', ')}`);
    await client.query(`DROP TABLE IF EXISTS ${MIGRATIONS_TABLE}`);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {});
    throw new CommandError(`Postgres refuses to drop the tables: ${reasonOf(error as pg.DatabaseError)}.`);
  }
}

function reasonOf({ message, detail }: pg.DatabaseError): string {
  return detail === undefined ? message : `${message} (${detail.split('\n').join(', ')})`;
}

await runAsProcess(import.meta.url, reset);
