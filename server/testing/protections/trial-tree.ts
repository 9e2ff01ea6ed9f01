import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { projectPath } from '../../lib/paths.ts';
import { judge, patternOf, type Report, type Verdict } from './judge.ts';
import type { Removal } from './removal.ts';

const run = promisify(execFile);
/** Longer than the slowest test that a row names, on a busy machine. */
const timeMsMax = 300_000;

/** A copy of the sources in which protections are taken out. */
export interface TrialTree {
  /** What becomes of tests of one file as things are: one verdict for each title. */
  tryAsIs(file: string, titles: string[]): Promise<Verdict[]>;
  /** What becomes of the test when the protection is taken out; it is back in its place afterwards. */
  tryWithout(removal: Removal, file: string): Promise<Verdict>;
  remove(): Promise<void>;
}

/** Copies what git knows of and what is new, uncommitted changes too; the packages are shared. */
export async function createTrialTree(): Promise<TrialTree> {
  const folder = await mkdtemp(join(tmpdir(), 'confab-protections-'));
  const { stdout } = await run('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: projectPath(),
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const path of new Set(stdout.split('\0').filter((name) => name !== ''))) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    // Removed, and not yet committed so.
    await cp(projectPath(path), join(folder, path)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await symlink(projectPath('node_modules'), join(folder, 'node_modules'));
  const tests = (file: string, titles: string[]) => runTests(folder, file, titles);
  return {
    async tryAsIs(file, titles) {
      const report = await tests(file, titles);
      return titles.map((title) => judge(report, title));
    },
    async tryWithout({ file: edited, find, replace, test }, file) {
      const path = join(folder, edited);
      const source = await readFile(path, 'utf8');
      if (source.split(find).length !== 2) throw new Error(`What is to be found is not there exactly once: ${edited}`);
      // A function, since a text may have `$&` in it.
      await writeFile(
        path,
        source.replace(find, () => replace),
      );
      try {
        return judge(await tests(file, [test]), test);
      } finally {
        await writeFile(path, source);
      }
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Runs the tests with these titles, and no others. */
async function runTests(folder: string, file: string, titles: string[]): Promise<Report> {
  const out = join(folder, 'report.json');
  await rm(out, { force: true });
  const pattern = titles.map(patternOf).join('|');
  const vitest = join(folder, 'node_modules', 'vitest', 'vitest.mjs');
  const args = [vitest, 'run', file, '-t', pattern, '--reporter=json', `--outputFile=${out}`];
  const said: string[] = [];
  const hung = await new Promise<boolean>((resolve, reject) => {
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill('SIGTERM'), timeMsMax);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece) => said.push(String(piece)));
    child.on('error', reject);
    child.on('close', (_code, signal) => {
      clearTimeout(timer);
      resolve(signal !== null);
    });
  });
  const text = await readFile(out, 'utf8').catch(() => undefined);
  if (text === undefined) return { hung, output: said.join('').slice(-2_000), testResults: [] };
  return { hung, output: '', testResults: (JSON.parse(text) as Pick<Report, 'testResults'>).testResults };
}
