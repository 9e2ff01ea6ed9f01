import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectPath } from '../lib/paths.ts';

const manifest = (file: string) => projectPath('server', 'partners', 'n8n', file);
const folder = projectPath('.partners', 'n8n');
const stamp = join(folder, 'installed.json');

/** Installs n8n beside the project, from a lockfile of its own: some minutes and 2 GB, once. */
function installN8n(): void {
  const wanted = readFileSync(manifest('package.json'), 'utf8');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  process.stdout.write('Installing n8n into .partners/n8n, which takes some minutes and 2 GB …\n');
  mkdirSync(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json']) copyFileSync(manifest(file), join(folder, file));
  // Its peer dependencies contradict each other, and npm takes hours to find that out. `ci` refuses a lockfile without
  // the optional packages of other platforms, some of which cannot be had.
  const settings = ['install', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', settings, { cwd: folder, stdio: 'inherit' });
  if (status !== 0) {
    process.stderr.write('n8n could not be installed; npm says why above.\n');
    process.exit(1);
  }
  writeFileSync(stamp, wanted);
}

installN8n();
