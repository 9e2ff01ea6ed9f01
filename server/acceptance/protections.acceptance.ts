import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectPath } from '../lib/paths.ts';

const run = promisify(execFile);

it('npm run protections takes a protection out, and sees its test fail', { timeout: 180_000 }, async () => {
  const tsx = projectPath('node_modules', 'tsx', 'dist', 'cli.mjs');
  const command = projectPath('server', 'cli', 'protections.ts');
  const { stdout } = await run(process.execPath, [tsx, command, '--only', 'V3.7.2'], { cwd: projectPath() });
  expect(stdout).toMatch(/^noticed {4}V3\.7\.2/m);
  expect(stdout).toContain('1 noticed, 0 unnoticed, 0 could not be tried');
});
