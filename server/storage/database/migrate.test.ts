import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { drizzle } from 'drizzle-orm/node-postgres';
import { migrate } from 'drizzle-orm/node-postgres/migrator';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { startPgBouncer } from '../../testing/pgbouncer.ts';
import { createEmptyDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { MIGRATIONS_FOLDER, migrateDatabase, readMigrations } from './migrate.ts';

let database: TestDatabase;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'confab-migrations-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
beforeEach(async () => {
  database = await createEmptyDatabase();
});
afterEach(() => database.drop());

/** Writes a folder of migrations as drizzle-kit does, one statement list each. */
function writeMigrations(...migrations: string[][]): string {
  const into = mkdtempSync(path.join(folder, 'set-'));
  mkdirSync(path.join(into, 'meta'));
  const entries = migrations.map((statements, idx) => {
    const tag = `000${idx}_step`;
    writeFileSync(path.join(into, `${tag}.sql`), statements.join('\n--> statement-breakpoint\n'));
    return { idx, version: '7', when: 1_000_000 + idx, tag, breakpoints: true };
  });
  writeFileSync(path.join(into, 'meta', '_journal.json'), JSON.stringify({ dialect: 'postgresql', entries }));
  return into;
}

function query<T extends pg.QueryResultRow>(text: string): Promise<T[]> {
  return withConnection(database.url, async (client) => (await client.query<T>(text)).rows);
}

const recorded = () => query('SELECT hash, created_at FROM drizzle.__drizzle_migrations ORDER BY created_at');
const tables = () => query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");

test('an empty database gets every committed migration, and a second run finds nothing to do', async () => {
  const tags = readMigrations().map(({ tag }) => tag);
  expect(await migrateDatabase({ url: database.url })).toEqual({ applied: tags });
  expect(await migrateDatabase({ url: database.url })).toEqual({ applied: [] });
  expect(await tables()).toContainEqual({ tablename: 'messages' });
});

test('of twelve at once one does the work and none fails', async () => {
  const runs = await Promise.all(Array.from({ length: 12 }, () => migrateDatabase({ url: database.url })));
  expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  expect(await recorded()).toHaveLength(readMigrations().length);
});

test('of twelve at once behind pgbouncer one does the work and none fails', async ({ skip }) => {
  const bouncer = await startPgBouncer(database.url);
  if (bouncer.url === undefined) return skip(bouncer.reason);
  try {
    const runs = await Promise.all(Array.from({ length: 12 }, () => migrateDatabase({ url: bouncer.url })));
    expect(runs.filter(({ applied }) => applied.length > 0)).toHaveLength(1);
  } finally {
    await bouncer.stop();
  }
});

test('a migration that fails leaves the database as it was, and the next run tries again', async () => {
  const broken = writeMigrations(['CREATE TABLE a (id int)'], ['CREATE TABLE b (id int)', 'CREATE TABLE a (id int)']);
  await expect(migrateDatabase({ url: database.url, folder: broken })).rejects.toMatchObject({
    cause: { code: '42P07' },
  });
  expect(await tables()).toEqual([]);
  const mended = writeMigrations(['CREATE TABLE a (id int)'], ['CREATE TABLE b (id int)']);
  expect((await migrateDatabase({ url: database.url, folder: mended })).applied).toHaveLength(2);
});

test('a record that is not what was applied is told in one sentence, and nothing is changed', async () => {
  const migrations = writeMigrations(['create table one ()'], ['create table two ()']);
  await migrateDatabase({ url: database.url, folder: migrations });
  await query('delete from drizzle.__drizzle_migrations where created_at > 1000000');
  await expect(migrateDatabase({ url: database.url, folder: migrations })).rejects.toThrow(
    /^Migration 0001_step does not fit what the database holds \(relation "two" already exists\), .* restore a backup\.$/,
  );
  await query('drop table one');
  await query('delete from drizzle.__drizzle_migrations');
  const again = writeMigrations(['create table one ()'], ['alter table gone add column x int']);
  await expect(migrateDatabase({ url: database.url, folder: again })).rejects.toThrow(/"gone" does not exist/);
  expect(await query(`select from pg_tables where tablename = 'one'`)).toHaveLength(0);
});

test('only what is newer than the newest record is applied', async () => {
  const first = writeMigrations(['CREATE TABLE a (id int)']);
  const both = writeMigrations(['CREATE TABLE a (id int)'], ['CREATE TABLE b (id int)']);
  await migrateDatabase({ url: database.url, folder: first });
  expect(await migrateDatabase({ url: database.url, folder: both })).toEqual({ applied: ['0001_step'] });
});

test('the records are drizzle’s own: each takes the other’s work for done', async () => {
  const pool = new pg.Pool({ connectionString: database.url, max: 1 });
  pool.on('error', () => {});
  const byDrizzle = () => migrate(drizzle(pool), { migrationsFolder: MIGRATIONS_FOLDER });
  await migrateDatabase({ url: database.url });
  const ours = await recorded();
  await byDrizzle();
  expect(await recorded()).toEqual(ours);
  await pool.query('DROP SCHEMA drizzle, public CASCADE; CREATE SCHEMA public');
  await byDrizzle();
  expect(await recorded()).toEqual(ours);
  await pool.end();
  expect(await migrateDatabase({ url: database.url })).toEqual({ applied: [] });
});

test('a role that may not create schemas can find nothing to do', async ({ skip }) => {
  const [right] = await query('SELECT rolcreaterole OR rolsuper AS may FROM pg_roles WHERE rolname = current_user');
  if (right?.may !== true) return skip('the role of TEST_DATABASE_URL may not create roles');
  await migrateDatabase({ url: database.url });
  const role = `${database.name}_reader`;
  await query(`CREATE ROLE ${role} LOGIN PASSWORD 'reader';
    GRANT USAGE ON SCHEMA drizzle TO ${role}; GRANT SELECT ON drizzle.__drizzle_migrations TO ${role}`);
  const url = database.url.replace(/\/\/[^@]*@/, `//${role}:reader@`);
  expect(await migrateDatabase({ url })).toEqual({ applied: [] });
  await query(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
});
