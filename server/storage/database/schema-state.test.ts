import type pg from 'pg';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { createPool } from './connection.ts';
import { MIGRATIONS_TABLE, migrateDatabase, readMigrations } from './migrate.ts';
import { describeState, readSchemaState, recordBaseline, SchemaDifferenceError } from './schema-state.ts';

const tags = readMigrations().map(({ tag }) => tag);
const later = { tag: '9999_later', when: 9_999_999_999_999, hash: 'x', statements: [] };

let database: TestDatabase;
let pool: pg.Pool;
async function use(created: Promise<TestDatabase>): Promise<void> {
  database = await created;
  pool = await createPool({ url: database.url, max: 2 });
}
afterEach(async () => {
  await pool.end();
  await database.drop();
});

describe('an empty database', () => {
  beforeEach(() => use(createEmptyDatabase()));

  test('is empty, and all migrations are to be applied', async () => {
    const state = await readSchemaState(pool);
    expect(state).toEqual({ kind: 'empty', appliedMigrations: [], pending: tags, differences: [] });
    expect(describeState(state)).toContain('npm run db:migrate');
  });

  test("with another program's tables is foreign, also when some names are the same", async () => {
    await pool.query(
      'create table users (id integer); create table orders (id integer); create table session (x text)',
    );
    const state = await readSchemaState(pool);
    expect(state).toMatchObject({ kind: 'foreign', pending: tags });
    expect(describeState(state)).toContain('another program');
  });

  test('has no baseline to record', async () => {
    await expect(recordBaseline(pool)).rejects.toThrow(SchemaDifferenceError);
    expect((await readSchemaState(pool)).kind).toBe('empty');
  });
});

describe('a migrated database', () => {
  beforeEach(() => use(createTestDatabase()));

  test('is current, looked at quickly and thoroughly', async () => {
    const current = { kind: 'current', appliedMigrations: tags, pending: [], differences: [] };
    expect(await readSchemaState(pool)).toEqual(current);
    expect(await readSchemaState(pool, { thorough: true })).toEqual(current);
    expect(describeState(await readSchemaState(pool))).toContain('up to date');
  });

  test('is recognised whatever the search path of the connection is', async () => {
    await pool.query(`alter database ${database.name} set search_path = pg_catalog`);
    await withConnection(database.url, async (client) => {
      expect((await readSchemaState(client, { thorough: true })).kind).toBe('current');
    });
  });

  test('is behind when this version has a newer migration', async () => {
    const state = await readSchemaState(pool, { migrations: [...readMigrations(), later] });
    expect(state).toEqual({ kind: 'behind', appliedMigrations: tags, pending: [later.tag], differences: [] });
    expect(describeState(state)).toContain('9999_later');
    expect(describeState(state)).toContain('npm run db:migrate');
  });

  test('is ahead when it has a migration that this version does not know', async () => {
    await pool.query(`insert into ${MIGRATIONS_TABLE} (hash, created_at) values ('y', $1)`, [later.when]);
    const state = await readSchemaState(pool);
    expect(state).toMatchObject({ kind: 'ahead', appliedMigrations: tags, pending: [] });
    expect(describeState(state)).toContain('newer');
  });

  test('is different when a migration was applied in another form', async () => {
    await pool.query(`update ${MIGRATIONS_TABLE} set hash = 'edited'`);
    const state = await readSchemaState(pool);
    const differences = tags.map((tag) => expect.stringContaining(tag));
    expect(state).toMatchObject({ kind: 'different', differences });
  });

  test('that was changed by hand is believed by the quick look and found out by the thorough one', async () => {
    await pool.query('alter table members drop constraint members_role_known');
    expect((await readSchemaState(pool)).kind).toBe('current');
    expect(await readSchemaState(pool, { thorough: true })).toMatchObject({
      kind: 'different',
      differences: ['The constraint members_role_known of table members is missing.'],
    });
  });

  test('keeps its records when a baseline is recorded again', async () => {
    await recordBaseline(pool);
    const { rows } = await pool.query(`select count(*)::integer as n from ${MIGRATIONS_TABLE}`);
    expect(rows).toEqual([{ n: tags.length }]);
  });
});

describe('a database without records', () => {
  beforeEach(async () => {
    await use(createTestDatabase());
    await pool.query('drop schema drizzle cascade');
  });

  test('is recognised as current by its catalog', async () => {
    const state = await readSchemaState(pool);
    expect(state).toEqual({ kind: 'current', appliedMigrations: [], pending: [], differences: [] });
    expect(describeState(state)).toContain('db:push');
  });

  test('gets its baseline once, also when several ask at once, and later migrations go on from there', async () => {
    await Promise.all([recordBaseline(pool), recordBaseline(pool)]);
    expect(await readSchemaState(pool)).toMatchObject({ kind: 'current', appliedMigrations: tags });
    expect(await migrateDatabase({ url: database.url })).toEqual({ applied: [] });
    const { rows } = await pool.query(`select count(*)::integer as n from ${MIGRATIONS_TABLE}`);
    expect(rows).toEqual([{ n: tags.length }]);
  });

  test('gets no baseline while it differs, and the differences are told', async () => {
    await pool.query('drop index conversations_inbox_idx; alter table users add column age integer');
    const refused = await recordBaseline(pool).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(SchemaDifferenceError);
    expect((refused as SchemaDifferenceError).state.differences).toEqual([
      'The index conversations_inbox_idx of table conversations is missing.',
      "The column age of table users is not one of Confab's.",
    ]);
    expect((refused as Error).message).toContain('conversations_inbox_idx');
    expect((await readSchemaState(pool)).appliedMigrations).toEqual([]);
  });

  test('that misses a table is different, not foreign', async () => {
    await pool.query('drop table audit_log');
    const state = await readSchemaState(pool);
    expect(state).toMatchObject({ kind: 'different', differences: ['The table audit_log is missing.'] });
    expect(describeState(state)).toContain('the table audit_log is missing');
  });
});
