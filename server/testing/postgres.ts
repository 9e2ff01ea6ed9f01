import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { databaseUrl, withConnection } from './databases.ts';

/** A database of a test file's own on the run's server. Call `drop` in `afterAll`, once its connections are closed. */
export interface TestDatabase {
  /** For connections over TCP; the name of the database is the last part of its path. */
  url: string;
  name: string;
  drop: () => Promise<void>;
}

/** A database with every migration applied and no rows, cloned from the run's template. */
export function createTestDatabase(): Promise<TestDatabase> {
  return create(inject('postgres').template);
}

/** A database with nothing in it. */
export function createEmptyDatabase(): Promise<TestDatabase> {
  return create('template0');
}

async function create(template: string): Promise<TestDatabase> {
  const { adminUrl, prefix } = inject('postgres');
  const name = `${prefix}${randomBytes(6).toString('hex')}`;
  const quoted = pg.escapeIdentifier(name);
  await withConnection(adminUrl, (client) =>
    client.query(`CREATE DATABASE ${quoted} TEMPLATE ${pg.escapeIdentifier(template)}`),
  );
  return {
    url: databaseUrl(adminUrl, name),
    name,
    drop: () =>
      withConnection(adminUrl, async (client) => {
        await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`);
      }),
  };
}
