import { randomBytes } from 'node:crypto';
import {
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import type { Account } from './account.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import type { Programs } from './programs.ts';
import { openFolder, run } from './run.ts';

/** The superuser of every cluster made here. */
export const SUPERUSER = 'postgres';

const PASSWORD_FILE = 'confab.password';
const UNFINISHED_PREFIX = 'cluster.unfinished-';
const UNFINISHED_AFTER_MS = 10 * 60 * 1000;

/** Where Postgres keeps its files inside a data folder; beside it lies the log. */
export function clusterFolder(dataDir: string): string {
  return path.join(dataDir, 'cluster');
}

export function logFile(dataDir: string): string {
  return path.join(dataDir, 'server.log');
}

/** The major version that wrote the data folder, or `undefined` when there is no cluster in it yet. */
export function majorOf(dataDir: string): number | undefined {
  try {
    return Number.parseInt(readFileSync(path.join(clusterFolder(dataDir), 'PG_VERSION'), 'utf8'), 10);
  } catch (error) {
    if (/^(ENOENT|ENOTDIR)$/.test((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new PostgresServerError(`The data folder ${dataDir} cannot be read (${(error as Error).message}).`);
  }
}

/** The superuser's password, made with the cluster and kept in it. */
export function readPassword(dataDir: string): string {
  const file = path.join(clusterFolder(dataDir), PASSWORD_FILE);
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new PostgresServerError(`The database password in ${file} cannot be read (${(error as Error).message}).`);
  }
}

/**
 * Makes a cluster in `dataDir`, whole or not at all: it comes to be under another name and is moved into place, so that
 * a kill at any moment leaves nothing that a later start would take for a cluster. Of several processes at once, one
 * wins and the others find its cluster.
 */
export async function createCluster(options: {
  dataDir: string;
  programs: Programs;
  account: Account | undefined;
  /** A private folder of the account's own, for the password on its way to `initdb`. */
  privateDir: string;
  durable: boolean;
}): Promise<void> {
  const { dataDir, account, privateDir } = options;
  sweepUnfinished(dataDir);
  const folder = mkdtempSync(path.join(dataDir, UNFINISHED_PREFIX));
  const password = `${randomBytes(24).toString('base64url')}\n`;
  const passwordFile = path.join(privateDir, PASSWORD_FILE);
  try {
    giveTo(account, folder);
    writePrivate(passwordFile, password, account);
    await initialise({ ...options, folder, passwordFile });
    writePrivate(path.join(folder, PASSWORD_FILE), password, account);
    renameSync(folder, clusterFolder(dataDir));
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    if (majorOf(dataDir) === undefined) throw error;
  } finally {
    rmSync(passwordFile, { force: true });
  }
}

/** Writes a file that only `account`, or we when there is none, may read. */
export function writePrivate(file: string, content: string, account: Account | undefined): void {
  writeFileSync(file, content, { mode: 0o600 });
  giveTo(account, file);
}

function giveTo(account: Account | undefined, item: string): void {
  if (account !== undefined) chownSync(item, account.uid, account.gid);
}

async function initialise(options: {
  folder: string;
  passwordFile: string;
  programs: Programs;
  account: Account | undefined;
  durable: boolean;
}): Promise<void> {
  const { folder, passwordFile, programs, account, durable } = options;
  const handle = openFolder(folder, account);
  const base = [
    `--pgdata=${handle.argument}`,
    `--username=${SUPERUSER}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    durable ? '--data-checksums' : '--no-sync',
  ];
  try {
    let result = await attempt('--locale=C.UTF-8');
    // Not every system has this locale by name; plain C keeps the byte order, and from 17 on Postgres brings its own.
    if (/invalid locale|locale name/.test(result.stderr)) result = await attempt('--locale=C');
    if (result.code !== 0) {
      throw new PostgresServerError(`Postgres could not make its data folder: ${lastLine(result.stderr)}`);
    }
  } finally {
    handle.close();
  }

  function attempt(locale: string) {
    const builtin = programs.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8'] : [];
    return run(path.join(programs.bin, 'initdb'), [...base, locale, ...builtin], account, handle.fd);
  }
}

/** The line that says why: the last error, without the advice after it. */
function lastLine(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (lines.findLast((line) => /error:|FATAL:/.test(line)) ?? lines.at(-1) ?? 'it gave no reason').trim();
}

function sweepUnfinished(dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    if (!name.startsWith(UNFINISHED_PREFIX)) continue;
    const folder = path.join(dataDir, name);
    const stat = statSync(folder, { throwIfNoEntry: false });
    if (stat !== undefined && Date.now() - stat.mtimeMs > UNFINISHED_AFTER_MS) {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
