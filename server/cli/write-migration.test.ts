import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { generate } from './generate.ts';
import { CommandError } from './run-command.ts';
import { callCommand } from './testing/call-command.ts';
import { writeMigration } from './write-migration.ts';

vi.setConfig({ testTimeout: 60_000 });

let folder: string;
let schema: string;
beforeAll(() => {
  // Inside the project, where the file below finds drizzle-orm.
  folder = mkdtempSync(projectPath('node_modules', '.confab-migrations-'));
  schema = join(folder, 'schema.ts');
});
afterAll(() => rmSync(folder, { recursive: true }));

function declare(columns: string): void {
  const file = `import { integer, pgTable, text } from 'drizzle-orm/pg-core';
export const things = pgTable('things', { ${columns} });\n`;
  writeFileSync(schema, file);
}

const write = (name: string, custom = false) =>
  writeMigration({ name, custom, folder: join(folder, 'migrations'), schema });

test('writes what has changed, under its name, and nothing when nothing has', async () => {
  declare(`id: integer('id').primaryKey()`);
  expect(await write('things')).toEqual(['0000_things']);
  expect(await write('again')).toEqual([]);
  declare(`id: integer('id').primaryKey(), title: text('title')`);
  expect(await write('title')).toEqual(['0001_title']);
  expect(readFileSync(join(folder, 'migrations', '0001_title.sql'), 'utf8')).toContain('ADD COLUMN "title"');
});

test('writes an empty file for SQL of one’s own', async () => {
  expect(await write('by_hand', true)).toEqual(['0002_by_hand']);
});

test('fails without a terminal where a column may have been renamed, and writes nothing', async () => {
  declare(`id: integer('id').primaryKey(), heading: text('heading')`);
  const before = readdirSync(join(folder, 'migrations'));
  const failure = await write('heading').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CommandError);
  expect((failure as Error).message).toMatch(/may be a renaming/);
  expect(readdirSync(join(folder, 'migrations'))).toEqual(before);
});

test('fails on a schema that cannot be read, with the reason', async () => {
  writeFileSync(schema, 'export const things = broken(;');
  await expect(write('broken')).rejects.toThrow(CommandError);
});

test('the committed migrations make every declared table', async () => {
  const { code, printed } = await callCommand(generate, ['--name', 'nothing'], {});
  expect({ code, printed }).toEqual({
    code: 0,
    printed: ['No changes: the migrations already make every table in shared/tables/.'],
  });
});

test.each(['', 'Add Voice', '../x', 'a__b'])('refuses the name "%s"', async (name) => {
  const { code } = await callCommand(generate, name === '' ? [] : [`--name=${name}`], {});
  expect(code).toBe(1);
});
