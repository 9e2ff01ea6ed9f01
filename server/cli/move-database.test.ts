import { existsSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadCommandConfig } from '../config.ts';
import { createStorage } from '../storage/create-storage.ts';
import { StorageUnavailableError } from '../storage/errors.ts';
import { withConnection } from '../testing/databases.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { exportCommand } from './export.ts';
import { move } from './move.ts';
import type { Command } from './run-command.ts';
import { seed } from './seed.ts';
import { callCommand } from './testing/call-command.ts';
import { verify } from './verify.ts';

let folder: string;
let database: TestDatabase;
let other: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-moving-'));
  [database, other] = [await createTestDatabase(), await createEmptyDatabase()];
  expect(await here(seed)).toMatchObject({ code: 0 });
});
afterEach(async () => {
  await Promise.all([database.drop(), other.drop()]);
  await rm(folder, { recursive: true, force: true });
});

const dataDir = () => join(folder, 'data');
const environmentOf = (url?: string) => ({ DATA_DIR: dataDir(), ...(url !== undefined && { DATABASE_URL: url }) });
const here = (command: Command, ...argv: string[]) => callCommand(command, argv, environmentOf(database.url));
const there = (command: Command, ...argv: string[]) => callCommand(command, argv, environmentOf(other.url));
const inMemory = (command: Command, ...argv: string[]) => callCommand(command, argv, environmentOf());

/** What `db:export` writes, told by its bytes. */
async function bytesOf(call: typeof here): Promise<string> {
  const file = join(folder, 'export');
  expect(await call(exportCommand, file)).toMatchObject({ code: 0, complained: [] });
  return (await readFile(file)).toString('base64');
}

function open(url: string) {
  return createStorage(loadCommandConfig(environmentOf(url)), pino({ level: 'silent' }));
}

test('everything goes from one Postgres to another, and the first can be read and not written to', async () => {
  const before = await bytesOf(here);
  const server = await open(database.url);
  const moved = await here(move, '--to', other.url);
  expect(moved).toMatchObject({ code: 0, complained: [] });
  expect(moved.printed.join('\n')).toMatch(/Copied \d+ rows to [\s\S]*Set DATABASE_URL to /);
  expect(await bytesOf(there)).toBe(before);
  expect(await bytesOf(here)).toBe(before);
  expect(await there(verify)).toMatchObject({ code: 0 });

  // As a process that was never told.
  await expect(server.storage.accounts.createClient({ name: 'Late' })).rejects.toThrow(StorageUnavailableError);
  expect(await server.storage.accounts.isEmpty()).toBe(false);
  await server.stop();
  await expect(open(database.url)).rejects.toThrow(/^The data of .* have been moved to .*db:move -- --release\.$/);
  expect(await here(move, '--to', other.url)).toMatchObject({ code: 1 });
});

test('a database that was moved away can be taken back', async () => {
  await withConnection(database.url, (client) =>
    client.query(`do $$ begin execute format('comment on database %I is %L', current_database(), 'Ours'); end $$`),
  );
  await here(move, '--to', other.url);
  expect((await here(move, '--release')).printed).toEqual([expect.stringContaining('can be used again')]);
  const server = await open(database.url);
  expect(await server.storage.accounts.createClient({ name: 'Again' })).toMatchObject({ name: 'Again' });
  await server.stop();
  const comment = await withConnection(database.url, async (client) => {
    const { rows } = await client.query<{ comment: string }>(
      `select shobj_description(oid, 'pg_database') as comment from pg_database where datname = current_database()`,
    );
    return rows[0]?.comment;
  });
  expect(comment).toBe('Ours');
  expect((await here(move, '--release')).printed).toEqual([expect.stringContaining('has not been moved')]);
});

test('everything goes from Postgres into memory, also where it had come from there before', async () => {
  const before = await bytesOf(here);
  await here(exportCommand, join(folder, 'made'));
  const moved = await here(move, '--to', 'memory', '--copy');
  expect(moved.printed.at(-1)).toContain('Start a server without DATABASE_URL');
  expect(await bytesOf(inMemory)).toBe(before);
  expect(await here(move, '--to', 'memory')).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('There is what a server in memory has left')],
  });
  await rm(join(dataDir(), 'memory-state.jsonl'));
  writeFileSync(join(dataDir(), 'moved.json'), '{"to":"somewhere"}');
  expect(await here(move, '--to', 'memory')).toMatchObject({ code: 0 });
  expect(existsSync(join(dataDir(), 'moved.json'))).toBe(false);
  expect(await bytesOf(inMemory)).toBe(before);
  await expect(open(database.url)).rejects.toThrow('have been moved to the memory of a server');
});

test('with --copy the database goes on as before', async () => {
  const server = await open(database.url);
  expect(await here(move, '--to', other.url, '--copy')).toMatchObject({ code: 0 });
  expect(await server.storage.accounts.createClient({ name: 'Later' })).toMatchObject({ name: 'Later' });
  await server.stop();
  await (await open(database.url)).stop();
});

test('a move that cannot be made changes nothing', async () => {
  expect(await there(seed)).toMatchObject({ code: 1 });
  expect(await here(move, '--to', database.url)).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('has clients or users already')],
  });
  expect(await here(move, '--to', 'postgres://nobody@127.0.0.1:1/x')).toMatchObject({ code: 1 });
  expect(await here(move, '--to', 'elsewhere')).toMatchObject({ code: 1 });
  expect(await here(move)).toMatchObject({ code: 1, complained: [expect.stringContaining('--to is missing')] });
  expect(await inMemory(move, '--to', 'memory')).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('in memory already')],
  });
  await (await open(database.url)).stop();
});
