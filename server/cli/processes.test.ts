import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { projectPath, projectRoot } from '../lib/paths.ts';
import { openEmbedded } from '../lib/postgres-server/embedded.ts';
import { createEmptyDatabase, type TestDatabase } from '../testing/postgres.ts';
import { init } from './init.ts';
import type { Command } from './run-command.ts';
import { status } from './status.ts';
import { callCommand } from './testing/call-command.ts';

vi.setConfig({ testTimeout: 60_000 });

const { scripts } = JSON.parse(readFileSync(projectPath('package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const names = Object.keys(scripts).filter((name) => name.startsWith('db:'));

/** Starts a command the way its npm script does, with nothing to read. */
async function start(name: string, environment: NodeJS.ProcessEnv, ...argv: string[]) {
  const [, file] = /^tsx (\S+)$/.exec(scripts[name]!)!;
  const child = spawn(process.execPath, ['--import', 'tsx', file!, ...argv], {
    cwd: projectRoot,
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  return { code, stdout, stderr };
}

describe('the npm scripts', () => {
  test.each(names)('%s is the command of that name, and explains itself', async (name) => {
    const [, file] = /^tsx (\S+)$/.exec(scripts[name]!)!;
    const module = (await import(pathToFileURL(projectPath(file!)).href)) as Record<string, Command | undefined>;
    const command = Object.values(module).find((candidate) => candidate?.name === name);
    expect(command).toBeDefined();
    const { code, printed } = await callCommand(command!, ['--help'], {});
    expect(code).toBe(0);
    expect(printed).toContainEqual(expect.stringContaining(`npm run ${name}`));
    expect(printed).toContainEqual(expect.stringContaining('--help'));
  });

  test('are all of those that are documented', () => {
    const documented = [
      ...readFileSync(projectPath('docs', 'DATABASE_SETUP.md'), 'utf8').matchAll(/^\| `npm run (db:[\w-]+)/gm),
    ];
    expect(documented.map(([, name]) => name).sort()).toEqual([...names].sort());
  });
});

describe('as a process', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createEmptyDatabase();
  });
  afterAll(() => database.drop());

  test('db:init ends with 0 when it has done its work, also when several start at once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 3 }, () => start('db:init', { DATABASE_URL: database.url })),
    );
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(3).fill({ code: 0, stderr: '' }));
    expect(outcomes.filter(({ stdout }) => stdout.includes('Created every table'))).toHaveLength(1);
  });

  test('db:push without a terminal ends with 1 and one sentence when it fails, soon, and without the password', async () => {
    const startedAt = Date.now();
    const { code, stderr } = await start('db:push', { DATABASE_URL: 'postgres://ann:hunter2@127.0.0.1:1/confab' });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^db:push failed: No Postgres answers at 127\.0\.0\.1:1\/confab [^\n]*\n$/);
    expect(stderr).not.toContain('hunter2');
    expect(Date.now() - startedAt).toBeLessThan(20_000);
  });

  test('a command that is called wrongly ends with 2 and does nothing', async () => {
    const { code, stderr } = await start('db:reset', { DATABASE_URL: database.url }, '--force');
    expect(code).toBe(2);
    expect(stderr).toContain('--force is not an option of db:reset.');
  });
});

describe('on the embedded Postgres', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'confab-cli-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test('a command starts it and stops it afterwards', async () => {
    const environment = { DATABASE_URL: 'embedded', DATA_DIR: folder };
    expect(await callCommand(init, [], environment)).toMatchObject({
      code: 0,
      printed: [expect.stringMatching(/^Created every table in the embedded Postgres/)],
    });
    const afterwards = await openEmbedded(path.join(folder, 'pg'));
    await afterwards.stop();
    expect(afterwards.adopted).toBe(false);
  });

  test('several commands at once all end well, though each stops what it has started', async () => {
    const environment = { DATABASE_URL: `embedded:${path.join(folder, 'several')}` };
    const outcomes = await Promise.all(Array.from({ length: 4 }, () => start('db:init', environment)));
    expect(outcomes.map(({ code, stderr }) => ({ code, stderr }))).toEqual(Array(4).fill({ code: 0, stderr: '' }));
    expect(outcomes.filter(({ stdout }) => stdout.includes('Created every table'))).toHaveLength(1);
  });

  test('a command uses the one that a server runs, and leaves it running', async () => {
    const dir = path.join(folder, 'pg');
    const server = await openEmbedded(dir);
    try {
      const environment = { DATABASE_URL: `embedded:${dir}` };
      expect(await callCommand(status, [], environment)).toMatchObject({ code: 0, complained: [] });
      expect(await callCommand(status, [], environment)).toMatchObject({ code: 0, complained: [] });
    } finally {
      await server.stop();
    }
  });
});
