import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
  return whileOthersStop(async () => {
    const embedded = await openEmbedded(folder ?? join(config.dataDir, 'pg'), { whenOwned: 'share' });
    try {
      return await workOn({ url: embedded.url, pooler: 'none' }, 'the embedded Postgres', work);
    } finally {
      await embedded.stop();
    }
  });
}

const ATTEMPTS_MAX = 40;

/**
 * Does it again when the embedded Postgres went away under it: the command or server that it was shared with has ended
 * and has stopped it. What had been done by then is whole or not there, and is found again.
 */
async function whileOthersStop<T>(work: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isServerGone(error)) throw error;
      await sleep(50 + Math.random() * 200);
    }
  }
}

function isServerGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code = '' } = error as { code?: string };
  if (/^(57P0[123]|08\w{3}|ECONNREFUSED|ECONNRESET|EPIPE)$/.test(code)) return true;
  return (
    /connection (terminated|ended|error)|not queryable|shutting down|not yet accepting|starting up|ECONNREFUSED|ECONNRESET/i.test(
      error.message,
    ) || isServerGone(error.cause)
  );
}

async function workOn<T>(pool: PoolOptions, name: string, work: (database: CommandDatabase) => Promise<T>): Promise<T> {
  const database = { pool: { applicationName: 'confab-command', ...pool }, name };
  try {
    await withClient(database, (client) => client.query('SELECT 1'));
  } catch (error) {
    throw new CommandError(diagnoseConnectionError(error, pool.url), { cause: error });
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
