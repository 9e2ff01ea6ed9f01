import pg from 'pg';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readCatalog } from '../storage/database/catalog.ts';
import { readMigrations } from '../storage/database/migrate.ts';
import { readSchemaState, tableNames } from '../storage/database/schema-state.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { init } from './init.ts';
import { migrate } from './migrate.ts';
import { push } from './push.ts';
import { reset } from './reset.ts';
import type { Command } from './run-command.ts';
import { seed } from './seed.ts';
import { smokeTest } from './smoke-test.ts';
import { status } from './status.ts';
import { studio } from './studio.ts';
import { callCommand } from './testing/call-command.ts';

const databases: TestDatabase[] = [];
afterAll(() => Promise.all(databases.map((database) => database.drop())));

let url: string;
const allMigrations = readMigrations().map(({ tag }) => tag);

async function useDatabase(create: () => Promise<TestDatabase>): Promise<void> {
  const database = await create();
  databases.push(database);
  url = database.url;
}

async function onPool<T>(work: (pool: pg.Pool) => Promise<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: 1 });
  try {
    return await work(pool);
  } finally {
    await pool.end();
  }
}

const query = (text: string) => onPool(async (pool) => (await pool.query(text)).rows);
const catalog = () => onPool((pool) => readCatalog(pool, tableNames));
const state = () => onPool((pool) => readSchemaState(pool, { thorough: true }));
const run = (command: Command, ...argv: string[]) => callCommand(command, argv, { DATABASE_URL: url });
const runIn = (environment: NodeJS.ProcessEnv, command: Command, ...argv: string[]) =>
  callCommand(command, argv, { DATABASE_URL: url, ...environment });

describe('on an empty database', () => {
  beforeEach(() => useDatabase(createEmptyDatabase));

  test('db:migrate creates everything and says by which migrations; the second time there is nothing to apply', async () => {
    const first = await run(migrate);
    expect(first).toMatchObject({ code: 0, complained: [] });
    expect(first.printed).toContain(`Applied ${allMigrations[0]}.`);
    expect(await run(migrate)).toMatchObject({
      code: 0,
      printed: ['Nothing to apply: the database is up to date.'],
    });
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: allMigrations });
  });

  test('db:migrate started several times at once ends well each time', async () => {
    const outcomes = await Promise.all(Array.from({ length: 6 }, () => run(migrate)));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(6).fill(0));
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: allMigrations });
  });

  test('db:init creates everything, started twelve times at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 12 }, () => run(init)));
    expect(outcomes.map(({ code }) => code)).toEqual(Array(12).fill(0));
    const creators = outcomes.filter(({ printed }) => printed[0]!.startsWith('Created every table'));
    expect(creators).toHaveLength(1);
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: allMigrations });
  });

  test('db:init in a database of another program says so and changes nothing', async () => {
    await query('create table strangers (id int)');
    const { code, printed } = await run(init);
    expect(code).toBe(0);
    expect(printed[0]).toMatch(/tables of another program/);
    expect(
      await query(`select from pg_class where relname = 'users' and relnamespace = 'public'::regnamespace`),
    ).toEqual([]);
  });

  test('db:migrate creates its tables beside those of another program', async () => {
    await query('create table strangers (id int)');
    expect(await run(migrate)).toMatchObject({ code: 0 });
    expect(await query('select from strangers')).toEqual([]);
    expect(await state()).toMatchObject({ kind: 'current' });
  });

  test('db:status says that it is empty, and fails only when asked to check', async () => {
    expect(await run(status)).toMatchObject({
      code: 0,
      printed: expect.arrayContaining([expect.stringMatching(/is empty/)]),
    });
    expect(await run(status, '--check')).toMatchObject({ code: 1 });
  });

  test('db:seed fails and names the command that mends it', async () => {
    expect(await run(seed)).toMatchObject({ code: 1, complained: [expect.stringContaining('npm run db:migrate')] });
  });

  test('db:smoke-test fails, with the counts at the end, and leaves nothing', async () => {
    const { code, printed, complained } = await run(smokeTest);
    expect(code).toBe(1);
    expect(printed.filter((line) => line.startsWith('FAIL')).length).toBeGreaterThan(3);
    expect(printed.at(-1)).toMatch(/^\n\d+ passed, \d+ failed$/);
    expect(complained).toEqual([expect.stringMatching(/^db:smoke-test failed: \d+ of \d+ checks failed\.$/)]);
  });
});

describe('on a database made by db:push', () => {
  beforeEach(async () => {
    await useDatabase(createEmptyDatabase);
    await run(push, '--force');
  });

  test('db:migrate recognises the tables and notes the migrations as applied', async () => {
    const before = await catalog();
    expect(await run(migrate)).toMatchObject({ code: 0, printed: [expect.stringContaining('made by db:push')] });
    expect(await catalog()).toEqual(before);
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: allMigrations });
    expect(await run(migrate)).toMatchObject({ code: 0, printed: ['Nothing to apply: the database is up to date.'] });
  });

  test('db:migrate refuses other tables, lists every difference and records nothing', async () => {
    await query(
      'alter table users drop column info; drop index messages_id_key; alter table clients add column note text',
    );
    const { code, printed, complained } = await run(migrate);
    expect(code).toBe(1);
    expect(printed.join('\n')).toMatch(/note of table clients.*\n.*messages_id_key.*\n.*info of table users/s);
    expect(complained).toHaveLength(1);
    expect(await state()).toMatchObject({ kind: 'different', appliedMigrations: [] });
  });

  test('db:init says what it found and changes nothing', async () => {
    const { code, printed } = await run(init);
    expect(code).toBe(0);
    expect(printed).toEqual([expect.stringMatching(/db:push/), 'Nothing was changed.']);
    expect(await state()).toMatchObject({ appliedMigrations: [] });
  });
});

describe('on a database made by migrations', () => {
  beforeEach(() => useDatabase(createTestDatabase));

  test('db:status tells the version of Postgres and which migrations are applied', async () => {
    const { code, printed } = await run(status, '--check');
    expect(code).toBe(0);
    expect(printed[0]).toMatch(/^Postgres \d+/);
    expect(printed).toContain(`  applied  ${allMigrations[0]}`);
  });

  test('db:status lists every difference from what this version needs', async () => {
    await query('alter table users alter column name drop not null');
    const { code, printed } = await run(status);
    expect(code).toBe(0);
    expect(printed.join('\n')).toContain('The column name of table users is "text" and should be "text not null".');
  });

  test('db:seed makes the demo client once', async () => {
    const first = await run(seed);
    expect(first).toMatchObject({ code: 0 });
    expect(first.printed[0]).toMatch(/^Made the demo client/);
    const rows = () => query('select id, updated_at from conversations order by id');
    const before = await rows();
    expect(before.length).toBeGreaterThan(2);
    const second = await run(seed);
    expect(second.printed[0]).toMatch(/already\. Nothing was changed/);
    expect(await rows()).toEqual(before);
  });

  test('db:reset removes every row and keeps what is not Confab’s', async () => {
    const before = await catalog();
    await run(seed);
    await query('create table stranger (id int); insert into stranger values (1)');
    expect(await run(reset, '--yes')).toMatchObject({ code: 0, complained: [] });
    expect(await query('select from users')).toEqual([]);
    expect(await query('select id from stranger')).toEqual([{ id: 1 }]);
    expect(await catalog()).toEqual(before);
    expect(await state()).toMatchObject({ kind: 'current', appliedMigrations: allMigrations });
  });

  test('db:reset asks, and changes nothing without a yes, or where nobody can be asked', async () => {
    await run(seed);
    expect(await run(reset)).toMatchObject({ code: 1, complained: [expect.stringContaining('-- --yes')] });
    const onTerminal = (answer: boolean) => callCommand(reset, [], { DATABASE_URL: url }, answer);
    expect(await onTerminal(false)).toMatchObject({ code: 1 });
    expect(await query('select from users')).toHaveLength(1);
    expect(await onTerminal(true)).toMatchObject({ code: 0 });
    expect(await query('select from users')).toEqual([]);
  });

  test('db:reset stops, with everything as it was, where somebody else’s view depends on a table', async () => {
    await run(seed);
    await query('create view stranger as select name from users');
    expect(await run(reset, '--yes')).toMatchObject({
      code: 1,
      complained: [expect.stringContaining('view stranger')],
    });
    expect(await query('select from stranger')).toHaveLength(1);
  });

  test.each([reset, seed, studio])('$name is refused in production', async (command) => {
    const outcome = await runIn({ NODE_ENV: 'production' }, command, ...(command === reset ? ['--yes'] : []));
    expect(outcome).toMatchObject({ code: 1, complained: [expect.stringContaining('NODE_ENV is production')] });
    expect(await query('select from users')).toEqual([]);
  });

  test('db:smoke-test passes every check and leaves nothing, in production too', async () => {
    const { code, printed, complained } = await runIn({ NODE_ENV: 'production' }, smokeTest);
    expect(printed.filter((line) => line.startsWith('FAIL'))).toEqual([]);
    expect({ code, complained }).toEqual({ code: 0, complained: [] });
    const passed = printed.filter((line) => line.startsWith('PASS')).length;
    expect(passed).toBeGreaterThan(12);
    expect(printed.at(-1)).toBe(`\n${passed} passed, 0 failed`);
    const counts = tableNames.map((table) => `(select count(*)::int from ${table})`).join(' + ');
    expect(await query(`select ${counts} as rows`)).toEqual([{ rows: 0 }]);
  });

  test('db:smoke-test fails where a table is missing, says which, and leaves nothing', async () => {
    await query('drop table audit_log');
    const { code, printed } = await run(smokeTest);
    expect(code).toBe(1);
    const failures = printed.filter((line) => line.startsWith('FAIL'));
    expect(failures.join('\n')).toContain('audit_log');
    expect(printed.filter((line) => line.startsWith('PASS')).length).toBeGreaterThan(8);
    expect(await query('select from users union all select from clients union all select from session')).toEqual([]);
  });
});

describe('without a database', () => {
  const commands: Command[] = [push, migrate, init, status, seed, reset, studio];

  test.each(commands)('$name says in one sentence that there is none and how to name one', async (command) => {
    const outcome = await runIn({ DATABASE_URL: '' }, command, ...(command === reset ? ['--yes'] : []));
    expect(outcome.code).toBe(1);
    expect(outcome.complained).toEqual([expect.stringMatching(/There is no database.*DATABASE_URL.*postgres:\/\//)]);
  });

  test.each(commands)('$name says in one sentence, without the password, that nothing answers', async (command) => {
    const closed = { DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/confab' };
    const outcome = await runIn(closed, command, ...(command === reset ? ['--yes'] : []));
    expect(outcome.code).toBe(1);
    expect(outcome.complained).toEqual([expect.stringMatching(/No Postgres answers at 127\.0\.0\.1:1\/confab/)]);
    expect(JSON.stringify(outcome)).not.toContain('hunter2');
  });

  test('db:smoke-test fails its first check and ends with the counts', async () => {
    const outcome = await runIn({ DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/confab' }, smokeTest);
    expect(outcome.code).toBe(1);
    expect(outcome.printed).toEqual([
      expect.stringMatching(/^FAIL {2}connects to the database: No Postgres answers/),
      '\n0 passed, 1 failed',
    ]);
  });
});
