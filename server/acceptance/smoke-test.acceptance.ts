import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { startBuiltServer } from '../testing/built-server.ts';
import { createTestDatabase } from '../testing/postgres.ts';

const run = promisify(execFile);

it('npm run db:smoke-test passes on the database of a running server, and leaves nothing behind', async () => {
  const database = await createTestDatabase();
  const server = await startBuiltServer({ environment: { DATABASE_URL: database.url } });
  try {
    const list = async () => {
      const response = await fetch(`${server.origin}/conversations`, { headers: { 'x-org-key': 'demo' } });
      return response.json();
    };
    const before = await list();
    const { stdout } = await run('npm', ['run', '--silent', 'db:smoke-test'], {
      cwd: projectPath(),
      env: { ...process.env, DATABASE_URL: database.url },
    });
    expect(stdout).toMatch(/PASS/);
    expect(stdout).not.toMatch(/FAIL/);
    expect(stdout.trim().split('\n').at(-1)).toMatch(/\d+ .*passed/i);
    expect(await list()).toEqual(before);
  } finally {
    await server.stop();
    await database.drop();
  }
});
