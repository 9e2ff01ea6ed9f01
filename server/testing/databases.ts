import pg from 'pg';
import { createPool } from '../storage/database/connection.ts';

/** The same server and login as `url`, another database. */
export function databaseUrl(url: string, database: string): string {
  const [, before, after] = /^([a-z]+:\/\/[^/?]*)[^?]*(.*)$/s.exec(url)!;
  return `${before}/${encodeURIComponent(database)}${after}`;
}

/** Runs `work` on a connection of its own, closed afterwards. */
export async function withConnection<T>(url: string, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const pool = await createPool({ url, max: 1, applicationName: 'confab-test' });
  try {
    const client = await pool.connect();
    try {
      return await work(client);
    } finally {
      client.release(true);
    }
  } finally {
    await pool.end();
  }
}

/** Drops the databases whose names `matches` accepts, also while somebody is connected to them. */
export function dropDatabases(adminUrl: string, matches: (name: string) => boolean): Promise<void> {
  return withConnection(adminUrl, async (client) => {
    const { rows } = await client.query<{ name: string }>('SELECT datname AS name FROM pg_database');
    for (const { name } of rows) {
      if (matches(name)) await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    }
  });
}
