import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { removeOperatorFile, writeOperatorFile } from '../moving/operator-file.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { exportCommand } from './export.ts';
import { importCommand } from './import.ts';
import type { Command } from './run-command.ts';
import { seed } from './seed.ts';
import { callCommand } from './testing/call-command.ts';
import { verify } from './verify.ts';

let folder: string;
let database: TestDatabase;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-moving-'));
  database = await createTestDatabase();
});
afterEach(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const file = (name: string) => join(folder, name);
const inPostgres = (command: Command, ...argv: string[]) =>
  callCommand(command, argv, { DATABASE_URL: database.url, DATA_DIR: file('postgres') });
const inMemory = (command: Command, ...argv: string[]) => callCommand(command, argv, { DATA_DIR: file('memory') });

test('an installation goes from a database to a file, into memory, and back to the same file', async () => {
  expect(await inPostgres(seed)).toMatchObject({ code: 0 });
  const written = await inPostgres(exportCommand, file('one'));
  expect(written).toMatchObject({ code: 0, complained: [] });
  expect(written.printed).toContainEqual(expect.stringMatching(/^ +\d+ {2}messages$/));
  expect(await inMemory(importCommand, file('one'))).toMatchObject({ code: 0, complained: [] });
  expect(await inMemory(verify)).toMatchObject({ code: 0, complained: [] });
  expect(await inMemory(exportCommand, file('two'))).toMatchObject({ code: 0 });
  expect((await readFile(file('two'))).equals(await readFile(file('one')))).toBe(true);
  expect(await inMemory(importCommand, file('one'))).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('With --replace everything there goes first')],
  });
  expect(await inMemory(importCommand, file('one'), '--replace')).toMatchObject({ code: 0 });
});

test('a file is checked without changing anything, and one that was changed is refused', async () => {
  await inPostgres(seed);
  await inPostgres(exportCommand, file('one'));
  const checked = await inMemory(importCommand, file('one'), '--check');
  expect(checked).toMatchObject({ code: 0, complained: [] });
  expect(checked.printed).toContainEqual(expect.stringMatching(/^ +\d+ {2}messages$/));
  expect(checked.printed.at(-1)).toMatch(/is whole, and can be imported\.$/);
  expect(existsSync(file('memory'))).toBe(false);
  const bytes = await readFile(file('one'));
  await writeFile(file('two'), bytes.subarray(0, bytes.length - 20));
  expect(await inMemory(importCommand, file('two'), '--check')).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('cannot be imported')],
  });
});

test('what is wrong with a path is said in words', async () => {
  const missing = await inMemory(importCommand, file('nowhere'));
  expect(missing.complained).toEqual([
    `db:import failed: ${file('nowhere')} cannot be imported: there is no such file.`,
  ]);
  const folderless = await inPostgres(exportCommand, join(folder, 'none', 'one'));
  expect(folderless.complained).toEqual([
    `db:export failed: ${join(folder, 'none')} is no folder that this account may write to: make it, or name another.`,
  ]);
  const intoFolder = await inPostgres(exportCommand, folder);
  expect(intoFolder.complained).toEqual([`db:export failed: ${folder} is a folder: name a file in it.`]);
});

test('one client is named by its name, and an unknown one is said to be unknown', async () => {
  await inPostgres(seed);
  expect(await inPostgres(exportCommand, file('one'), '--client', 'Nobody')).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('There is no client with the id or name "Nobody"')],
  });
  const help = await inPostgres(exportCommand, '--help');
  expect(help.printed).toContain('npm run db:export -- FILE [options]');
  expect(await inPostgres(exportCommand)).toMatchObject({ code: 2 });
  expect(await inPostgres(exportCommand, file('one'), '--files', 'some')).toMatchObject({ code: 1 });
});

test('data that a running server has in its memory are not taken from an old file', async () => {
  writeOperatorFile(file('memory'), { pid: process.pid, port: 1, token: 'x' });
  expect(await inMemory(exportCommand, file('one'))).toMatchObject({
    code: 1,
    complained: [expect.stringContaining('has the data in its memory')],
  });
  removeOperatorFile(file('memory'), process.pid);
  expect(await inMemory(exportCommand, file('one'))).toMatchObject({ code: 0 });
});
