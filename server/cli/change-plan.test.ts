import { afterEach, describe, expect, test } from 'vitest';
import { readMigrations } from '../storage/database/migrate.ts';
import { withConnection } from '../testing/databases.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { costOf, describeChange } from './change-plan.ts';
import { migrate } from './migrate.ts';
import { push } from './push.ts';
import { callCommand } from './testing/call-command.ts';

let database: TestDatabase | undefined;
afterEach(async () => {
  await database?.drop();
  database = undefined;
});

describe('the lock that a statement takes is told', () => {
  test.each([
    ['CREATE TABLE "notes" ("id" uuid)', 'nobody', 'none'],
    ['CREATE INDEX "i" ON "messages" USING btree ("id")', 'writers', 'index'],
    ['CREATE UNIQUE INDEX CONCURRENTLY "i" ON "messages" ("id")', 'nobody', 'index'],
    ['ALTER TABLE "messages" ADD COLUMN "x" text', 'everybody', 'none'],
    ['ALTER TABLE "messages" ADD CONSTRAINT "f" FOREIGN KEY ("a")\nREFERENCES "b"("c")', 'writers', 'scan'],
    ['ALTER TABLE "messages" ADD CONSTRAINT "c" CHECK (true)', 'everybody', 'scan'],
    ['ALTER TABLE "messages" ALTER COLUMN "x" SET DATA TYPE bigint', 'everybody', 'rewrite'],
    ['ALTER TABLE "messages" ALTER COLUMN "x" SET NOT NULL', 'everybody', 'scan'],
    ['ALTER TABLE "messages" ADD COLUMN "x" uuid DEFAULT gen_random_uuid() NOT NULL', 'everybody', 'rewrite'],
    ['UPDATE "messages" SET "x" = 1', 'writers', 'change'],
  ] as const)('%s', (statement, holdsUp, work) => {
    expect(costOf(statement)).toMatchObject({ holdsUp, work });
  });

  test('of every statement of every migration', () => {
    const unknown = readMigrations()
      .flatMap(({ statements }) => statements)
      .filter((statement) => costOf(statement).lock === 'not known to this command');
    expect(unknown).toEqual([]);
  });

  test('as Postgres takes it', async () => {
    database = await createTestDatabase();
    await withConnection(database.url, async (client) => {
      for (const statement of [
        'CREATE INDEX "i" ON "messages" ("role")',
        'ALTER TABLE "messages" ADD COLUMN "x" text',
        'ALTER TABLE "messages" ADD CONSTRAINT "f" FOREIGN KEY ("author_id") REFERENCES "users"("id")',
        'ALTER TABLE "messages" ADD CONSTRAINT "c" CHECK (true)',
      ]) {
        await client.query('begin');
        await client.query(statement);
        const { rows } = await client.query<{ mode: string }>(
          `select mode from pg_locks where relation = 'messages'::regclass and pid = pg_backend_pid()`,
        );
        await client.query('rollback');
        const wanted = `${costOf(statement).lock.toLowerCase().replaceAll(' ', '')}lock`;
        expect(rows.map(({ mode }) => mode.toLowerCase())).toContain(wanted);
      }
    });
  });
});

test('a new table that refers to one that is there holds up who writes to that one, as Postgres does', async () => {
  database = await createTestDatabase();
  const statements = [
    'CREATE TABLE "fresh" ("id" uuid)',
    'ALTER TABLE "fresh" ADD CONSTRAINT "f" FOREIGN KEY ("id") REFERENCES "public"."users"("id")',
    'ALTER TABLE "fresh" ADD CONSTRAINT "g" FOREIGN KEY ("id") REFERENCES "public"."fresh"("id")',
    'ALTER TABLE "messages" ADD CONSTRAINT "f" FOREIGN KEY ("author_id") REFERENCES "public"."users"("id")',
  ];
  const { lines, modes } = await withConnection(database.url, async (client) => {
    const lines = await describeChange(client, statements);
    await client.query('begin');
    for (const statement of statements.slice(0, 2)) await client.query(statement);
    const { rows } = await client.query<{ mode: string }>(
      `select mode from pg_locks where relation = 'users'::regclass and pid = pg_backend_pid()`,
    );
    await client.query('rollback');
    return { lines, modes: rows.map(({ mode }) => mode) };
  });
  expect(modes).toContain('ShareRowExclusiveLock');
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}users: about/));
  expect(lines.filter((line) => /^ {2}\d\. /.test(line)).map((line) => line.replace(/^.*?…?: /, ''))).toEqual([
    'a new table, nobody waits',
    'a new table, lock SHARE ROW EXCLUSIVE on users, whose writers wait, well below a second (estimated)',
    'a new table, nobody waits',
    expect.stringMatching(/^lock SHARE ROW EXCLUSIVE, on users too, writers wait/),
  ]);
});

test('a table that was split is one that is there', async () => {
  database = await createTestDatabase();
  const lines = await withConnection(database.url, async (client) => {
    await client.query('create table "split" ("id" int) partition by hash ("id")');
    await client.query('create table "split_0" partition of "split" for values with (modulus 1, remainder 0)');
    await client.query('insert into "split" select generate_series(1, 1000)');
    await client.query('analyze "split"');
    return describeChange(client, ['ALTER TABLE "split" ADD COLUMN "x" text']);
  });
  expect(lines).toContainEqual(expect.stringMatching(/^ {2}split: about 1000 rows, \d+ kB/));
  expect(lines).toContainEqual(expect.stringContaining('lock ACCESS EXCLUSIVE, readers and writers wait'));
});

test('the plan names server, rows, locks and times', async () => {
  database = await createTestDatabase();
  const lines = await withConnection(database.url, (client) =>
    describeChange(client, ['CREATE INDEX "i" ON "messages" ("role")', 'CREATE TABLE "fresh" ("id" uuid)']),
  );
  expect(lines[0]).toMatch(/^Postgres \d+\.\d+, extensions: .*plpgsql/);
  expect(lines).toContainEqual(expect.stringMatching(/messages: about \d+ rows, \d+ kB/));
  expect(lines).toContainEqual(expect.stringContaining('lock SHARE, writers wait, well below a second'));
  expect(lines).toContainEqual(expect.stringContaining('a new table, nobody waits'));
});

test.each([
  ['db:migrate', migrate],
  ['db:push', push],
] as const)('%s --dry-run prints the plan and changes nothing', async (_name, command) => {
  database = await createEmptyDatabase();
  const { code, printed } = await callCommand(command, ['--dry-run'], { DATABASE_URL: database.url });
  expect(code).toBe(0);
  expect(printed).toContainEqual(expect.stringMatching(/^Postgres \d+/));
  expect(printed.at(-1)).toBe('Nothing was changed: this was a dry run.');
  const tables = await withConnection(database.url, async (client) => {
    const { rows } = await client.query(`select from pg_class where relname = 'messages'`);
    return rows.length;
  });
  expect(tables).toBe(0);
});

test('a dry run on a database that lacks nothing says so', async () => {
  database = await createTestDatabase();
  const { code, printed } = await callCommand(migrate, ['--dry-run'], { DATABASE_URL: database.url });
  expect({ code, printed }).toEqual({
    code: 0,
    printed: ['Nothing to apply: the database is up to date.', 'Nothing was changed: this was a dry run.'],
  });
});
