import { join } from 'node:path';
import type pg from 'pg';
import type { Config } from '../config.ts';
import { openEmbedded } from '../lib/postgres-server/embedded.ts';
import { createPool, type PoolOptions } from '../storage/database/connection.ts';
import { diagnoseConnectionError } from '../storage/database/connection-errors.ts';
import { describeTarget } from '../storage/database/database-url.ts';
import { sqlOn } from '../storage/database/sql.ts';
import { CommandError } from './run-command.ts';

/** The configured database, which answers. */
export interface CommandDatabase {
  /** How to connect to it. */
  pool: PoolOptions;
  /** For people, without the password: `localhost:5432/confab`. */
  name: string;
}

/**
 * Gives `work` the database that is configured. `embedded` is started for it and stopped afterwards, or, while a server
 * runs on it, shared with that server.
 * @throws CommandError with one sentence when there is none, or when it cannot be reached
 */
export async function withDatabase<T>(config: Config, work: (database: CommandDatabase) => Promise<T>): Promise<T> {
  const { databaseUrl, databaseDriver, databasePooler, production } = config;
  if (databaseUrl === undefined) {
    throw new CommandError(
      'There is no database to work on, because DATABASE_URL is not set and data is kept in memory: set it in .env, to embedded or to postgres://user:password@localhost:5432/confab.',
    );
  }
  const [isEmbedded, folder] = /^embedded(?::(.+))?$/.exec(databaseUrl) ?? [];
  if (isEmbedded === undefined) {
    const pool: PoolOptions = { url: databaseUrl, driver: databaseDriver, pooler: databasePooler, production };
    return workOn(pool, describeTarget(databaseUrl), work);
  }
  const embedded = await openEmbedded(folder ?? join(config.dataDir, 'pg'), { whenOwned: 'share' });
  try {
    return await workOn({ url: embedded.url, pooler: 'none' }, 'the embedded Postgres', work);
  } finally {
    await embedded.stop();
  }
}

async function workOn<T>(pool: PoolOptions, name: string, work: (database: CommandDatabase) => Promise<T>): Promise<T> {
  const database = { pool: { applicationName: 'confab-command', ...pool }, name };
  try {
    await withClient(database, (client) => client.query('SELECT 1'));
  } catch (error) {
    throw new CommandError(diagnoseConnectionError(error, pool.url));
  }
  return work(database);
}

/** Lends `work` one connection, closed afterwards. */
export async function withClient<T>(
  database: CommandDatabase,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const pool = await createPool({ ...database.pool, max: 1 });
  try {
    return await sqlOn(pool).withClient(work);
  } finally {
    await pool.end();
  }
}
