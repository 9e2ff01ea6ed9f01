import pg from 'pg';
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { readCatalog } from '../storage/database/catalog.ts';
import { migrateDatabase } from '../storage/database/migrate.ts';
import { readSchemaState } from '../storage/database/schema-state.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { declaredTableNames, loadDrizzleKit } from './drizzle-kit.ts';
import { push } from './push.ts';
import { planPush } from './push-plan.ts';
import { callCommand } from './testing/call-command.ts';

// drizzle-kit asks a dozen slow questions about every table, several times a test.
vi.setConfig({ testTimeout: 60_000 });

const databases: TestDatabase[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

let url: string;
beforeEach(() => useDatabase(createTestDatabase));

async function useDatabase(create: () => Promise<TestDatabase>): Promise<void> {
  const database = await create();
  databases.push(database);
  url = database.url;
}

async function connect(): Promise<pg.Client> {
  const client = new pg.Client(url);
  await client.connect();
  return client;
}

async function query<Row extends pg.QueryResultRow>(text: string): Promise<Row[]> {
  const client = await connect();
  try {
    const answer = await client.query<Row>(text);
    return answer.rows;
  } finally {
    await client.end();
  }
}

async function catalog() {
  const client = new pg.Pool({ connectionString: url, max: 1 });
  try {
    return await readCatalog(client, declaredTableNames);
  } finally {
    await client.end();
  }
}

async function state() {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    return await readSchemaState(pool, { thorough: true });
  } finally {
    await pool.end();
  }
}

const call = (...argv: string[]) => callCommand(push, argv, { DATABASE_URL: url });
const callOnTerminal = (answer: boolean, ...argv: string[]) => callCommand(push, argv, { DATABASE_URL: url }, answer);

const noChanges = { code: 0, printed: ['No changes: the database has every table as it is declared.'] };
const ann = `insert into users values ('019b0000-0000-7000-8000-000000000001', 'ann@example.com', 'Ann', 'x', '{}', now(), now())`;

describe('db:push', () => {
  test('prints its plan, creates every table, and has no changes the second time', async () => {
    await useDatabase(createEmptyDatabase);
    const first = await call();
    expect(first.code).toBe(0);
    expect(first.printed.join('\n')).toContain('CREATE TABLE "messages"');
    expect(await call()).toMatchObject(noChanges);
    expect(await call()).toMatchObject(noChanges);
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: [] });
  });

  test('makes the very tables that the migrations make', async () => {
    const migrated = await catalog();
    await useDatabase(createEmptyDatabase);
    await call();
    expect(await catalog()).toEqual(migrated);
  });

  test('has no changes on a database made by migrations', async () => {
    expect(await call()).toMatchObject(noChanges);
    expect(await state()).toMatchObject({ kind: 'current', pending: [] });
  });

  test('has no changes in whatever order Postgres lists what it was not told to sort', async () => {
    const client = await connect();
    const query = client.query.bind(client) as (...args: unknown[]) => Promise<pg.QueryResult>;
    client.query = (async (text: string, values?: unknown[]) => {
      const answer = await query(text, values);
      if (!/ORDER BY|DISTINCT ON/i.test(text)) answer.rows?.reverse();
      return answer;
    }) as typeof client.query;
    try {
      expect(await planPush(client)).toEqual({ statements: [], losses: [] });
    } finally {
      await client.end();
    }
  });

  test('leaves sessions alone, and tables, views, types and sequences that Confab does not declare, with --force too', async () => {
    await query(`insert into session values ('s1', '{"user":"ann"}', now())`);
    await query(
      `create table stranger (id serial primary key, mood text); insert into stranger (mood) values ('calm');
       create view stranger_view as select mood from stranger; create materialized view stranger_moods as select 1 as one;
       create sequence stranger_sequence; create type stranger_type as enum ('a'); create schema strange;
       create table strange.users (id int)`,
    );
    expect(await call()).toMatchObject(noChanges);
    await query('drop index session_expire_idx');
    expect(await call('--force')).toMatchObject({ code: 0 });
    expect(
      await query('select mood from stranger_view, stranger_moods, strange.users right join session on true'),
    ).toHaveLength(1);
    expect(await query(`select nextval('stranger_sequence'), 'a'::stranger_type`)).toHaveLength(1);
    expect(await call()).toMatchObject(noChanges);
  });

  test('mends an edited CHECK constraint, foreign key and index, which drizzle-kit overlooks', async () => {
    const expected = await catalog();
    await query(
      `alter table messages drop constraint messages_role_known;
       alter table messages add constraint messages_role_known check (role in ('user', 'robot'));
       alter table messages drop constraint messages_conversation_fk;
       alter table messages add constraint messages_conversation_fk foreign key (client_id, conversation_id)
         references conversations (client_id, id) on delete restrict;
       drop index visitors_external_key;
       create unique index visitors_external_key on visitors (client_id, widget_id, external_id)`,
    );
    const { code, printed } = await call();
    expect(code).toBe(0);
    expect(printed.join('\n')).toContain('ADD CONSTRAINT "messages_role_known" CHECK');
    expect(await catalog()).toEqual(expected);
    expect(await call()).toMatchObject(noChanges);
  });

  test('mends an edited CHECK together with other changes', async () => {
    const expected = await catalog();
    await query(
      `alter table members drop constraint members_role_known;
       alter table members add constraint members_role_known check (role <> '');
       alter table members add constraint members_extra check (role <> 'x');
       alter table users alter column name drop not null; drop index users_email_key`,
    );
    expect((await call()).code).toBe(0);
    expect(await catalog()).toEqual(expected);
  });

  test('fails on a row that a mended CHECK refuses, and changes nothing', async () => {
    await query('alter table users drop constraint users_email_lower');
    await query(ann.replace('ann@', 'ANN@'));
    const before = await catalog();
    const { code, complained } = await call();
    expect(code).toBe(1);
    expect(complained).toHaveLength(1);
    expect(complained[0]).toMatch(/Postgres refuses .*users_email_lower.*nothing was changed\.$/);
    expect(await catalog()).toEqual(before);
  });

  test.each([
    ['a column with data', 'alter table users add column nickname text', 'nickname'],
    ['a table that must be emptied', 'alter table users drop column password_hash', 'password_hash'],
    [
      'a row-level policy',
      'alter table users enable row level security; create policy own on users using (true)',
      'POLICY',
    ],
  ])('refuses to lose %s, names it and changes nothing', async (_, change, named) => {
    await query(ann);
    await query(change);
    const before = await catalog();
    for (const refusal of [await call(), await callOnTerminal(true)]) {
      expect(refusal.code).toBe(1);
      expect(refusal.printed.filter((line) => line.startsWith('Loss: ')).join('\n')).toContain(named);
      expect(refusal.complained).toEqual([expect.stringContaining('--force')]);
    }
    expect(await catalog()).toEqual(before);
    expect(await query('select id from users')).toHaveLength(1);

    expect(await call('--force')).toMatchObject({ code: 0 });
    expect(await call()).toMatchObject(noChanges);
  });

  test('drops a column of its tables that nobody declares and that holds nothing', async () => {
    await query('alter table users add column nickname text');
    expect(await call()).toMatchObject({ code: 0 });
    expect((await catalog()).users!.columns).not.toHaveProperty('nickname');
  });

  test('fails without a terminal where a column may have been renamed', async () => {
    await query('alter table users rename column name to full_name');
    const { code, complained } = await call('--force');
    expect(code).toBe(1);
    expect(complained).toEqual([expect.stringMatching(/may be a renaming: run npm run db:push on a terminal/)]);
    expect((await catalog()).users!.columns).toHaveProperty('full_name');
  });

  test('asks on a terminal, and changes nothing without a yes', async () => {
    await query('drop index users_email_key');
    expect(await callOnTerminal(false)).toMatchObject({
      code: 1,
      complained: ['db:push failed: It was not confirmed, and nothing was changed.'],
    });
    expect((await catalog()).users!.indexes).toEqual({});
    expect(await callOnTerminal(true)).toMatchObject({ code: 0 });
    expect((await catalog()).users!.indexes).toHaveProperty('users_email_key');
  });

  test('records the migrations that it has carried out on a database that records them', async () => {
    await query(`update drizzle.__drizzle_migrations set created_at = 1; drop index users_email_key`);
    expect(await state()).toMatchObject({ kind: 'behind' });
    expect(await call()).toMatchObject({ code: 0 });
    const { applied } = await migrateDatabase({ url });
    expect(applied).toEqual([]);
  });

  test('says how to get drizzle-kit where only the production dependencies are installed', async () => {
    const missing = () =>
      Promise.reject(Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' }));
    await expect(loadDrizzleKit(missing)).rejects.toThrow(/drizzle-kit is not installed here.*npm ci/);
  });

  test('several at once on an empty database make it once', async () => {
    await useDatabase(createEmptyDatabase);
    const codes = await Promise.all([call(), call(), call()].map(async (result) => (await result).code));
    expect(codes).toEqual([0, 0, 0]);
    expect(await state()).toMatchObject({ kind: 'current' });
  });
});
