import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { readMigrationFiles } from 'drizzle-orm/migrator';
import type pg from 'pg';
import { createPool, type PoolOptions } from './connection.ts';
import { sqlOn } from './sql.ts';

/** The committed migrations: SQL files and `meta/_journal.json`, as drizzle-kit writes them. */
export const MIGRATIONS_FOLDER = fileURLToPath(new URL('./migrations', import.meta.url));

/** Where drizzle records what it applied; `db:status` and the start-up check read the same table. */
export const MIGRATIONS_TABLE = 'drizzle.__drizzle_migrations';

/** "confabm" in ASCII, so that nothing else in the database takes the same lock. */
const LOCK_KEY = 0x63_6f_6e_66_61_62n * 256n + 0x6dn;

/** One migration of the folder. */
export interface Migration {
  /** File name without `.sql`. */
  tag: string;
  /** When it was generated, in milliseconds; drizzle's order and mark of what is applied. */
  when: number;
  /** SHA-256 of the file. */
  hash: string;
  statements: string[];
}

/** The migrations of a folder in their order; empty when there is no such folder. */
export function readMigrations(folder: string = MIGRATIONS_FOLDER): Migration[] {
  const journalFile = path.join(folder, 'meta', '_journal.json');
  if (!existsSync(journalFile)) return [];
  const journal = JSON.parse(readFileSync(journalFile, 'utf8')) as { entries: { tag: string }[] };
  return readMigrationFiles({ migrationsFolder: folder }).map((file, index) => ({
    tag: journal.entries[index]!.tag,
    when: file.folderMillis,
    hash: file.hash,
    statements: file.sql,
  }));
}

/**
 * Brings a database up to the newest migration, all of it in one transaction: either every missing migration is applied
 * and recorded, or none. Any number of processes may do it at once; one works, the others wait and find it done. The
 * lock belongs to the transaction, so this also holds behind a pooler in transaction mode. Records are drizzle's own.
 * @returns the tags applied now, in order; empty when there was nothing to do
 */
export async function migrateDatabase(
  options: Omit<PoolOptions, 'max'> & { folder?: string | undefined },
): Promise<{ applied: string[] }> {
  const migrations = readMigrations(options.folder);
  const pool = await createPool({ applicationName: 'confab-migrate', ...options, max: 1 });
  try {
    return await sqlOn(pool).withClient(async (client) => {
      try {
        await client.query('BEGIN');
        await lockMigrations(client);
        const pending = await pendingOf(client, migrations);
        for (const migration of pending) await apply(client, migration);
        await client.query('COMMIT');
        return { applied: pending.map(({ tag }) => tag) };
      } catch (error) {
        await client.query('ROLLBACK').catch(() => {});
        throw error;
      }
    });
  } finally {
    await pool.end();
  }
}

/** The database is not what its records of migrations say. The message is one sentence for the operator. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';

  constructor(tag: string, cause: Error) {
    super(
      `Migration ${tag} does not fit what the database holds (${cause.message}), and nothing was changed: its record of migrations, drizzle.__drizzle_migrations, is not what was applied to it. Correct the record, or restore a backup.`,
      { cause },
    );
  }
}

/** Waits until no other process migrates this database, and keeps others waiting until the transaction ends. */
export async function lockMigrations(client: pg.PoolClient): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(${LOCK_KEY})`);
}

/** Creates the table of records, as drizzle does; only where it is missing. */
export async function createMigrationsTable(client: pg.PoolClient): Promise<void> {
  await client.query('CREATE SCHEMA IF NOT EXISTS drizzle');
  await client.query(`CREATE TABLE ${MIGRATIONS_TABLE} (id serial PRIMARY KEY, hash text NOT NULL, created_at bigint)`);
}

/** Notes a migration as applied. */
export async function recordMigration(client: pg.PoolClient, migration: Migration): Promise<void> {
  await client.query(`INSERT INTO ${MIGRATIONS_TABLE} (hash, created_at) VALUES ($1, $2)`, [
    migration.hash,
    migration.when,
  ]);
}

/** Whether there is a table of records. */
export async function hasMigrationsTable(client: Pick<pg.Pool, 'query'>): Promise<boolean> {
  const { rows } = await client.query<{ present: boolean }>(
    `SELECT to_regclass('${MIGRATIONS_TABLE}') IS NOT NULL AS present`,
  );
  return rows[0]!.present;
}

/** Those newer than the newest record, as drizzle decides it. Creates the table of records when it is missing. */
async function pendingOf(client: pg.PoolClient, migrations: Migration[]): Promise<Migration[]> {
  if (!(await hasMigrationsTable(client))) {
    await createMigrationsTable(client);
    return migrations;
  }
  const newest = await client.query<{ when: string | null }>(
    `SELECT max(created_at)::text AS "when" FROM ${MIGRATIONS_TABLE}`,
  );
  const applied = Number(newest.rows[0]?.when ?? 0);
  return migrations.filter((migration) => migration.when > applied);
}

async function apply(client: pg.PoolClient, migration: Migration): Promise<void> {
  try {
    for (const statement of migration.statements) await client.query(statement);
  } catch (error) {
    throw isAboutWhatIsThere(error) ? new MigrationError(migration.tag, error as Error) : error;
  }
  await recordMigration(client, migration);
}

/** Class 42 without permissions and syntax: something is there already, or is not there. */
function isAboutWhatIsThere(error: unknown): boolean {
  const { code = '' } = error as { code?: string };
  return /^42(P0[1-9]|7\d\d)$/.test(code);
}
