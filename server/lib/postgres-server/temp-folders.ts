import { chownSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import type { Account } from './account.ts';
import { readPostmaster } from './postmaster-file.ts';
import { ended, isAlive, signal } from './processes.ts';

const PREFIX = 'confab-pg-';
const OWNER_FILE = 'owner.json';
const UNOWNED_AFTER_MS = 60 * 60 * 1000;
const SWEEP_STOP_MS = 5000;

/** The longest parent for which a socket's whole path still fits the 104 bytes that macOS allows it. */
const PARENT_CHARS_MAX = 60;

/**
 * Makes a private folder in the temp folder, owned by `account` when given, that {@link sweepTempFolders} of a later
 * process removes when this one could not. Its path is short enough for a Unix socket inside.
 */
export function makeTempFolder(account?: Account): string {
  const parent = tmpdir().length > PARENT_CHARS_MAX ? '/tmp' : tmpdir();
  const folder = mkdtempSync(path.join(parent, PREFIX));
  writeFileSync(path.join(folder, OWNER_FILE), JSON.stringify({ pid: process.pid, host: hostname() }));
  if (account !== undefined) chownSync(folder, account.uid, account.gid);
  return folder;
}

/** Whether a folder is one of {@link makeTempFolder}'s. */
export function isTempFolder(folder: string): boolean {
  return path.basename(folder).startsWith(PREFIX);
}

/**
 * Removes the temp folders whose process is gone without having cleaned up, and stops the throw-away servers in them.
 * A folder that holds nothing but the socket of a server that still runs is left to whoever adopts that server.
 * @returns the folders removed
 */
export async function sweepTempFolders(parent: string = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = path.join(parent, name);
    if (!isForgotten(folder) || servesElsewhere(folder)) continue;
    try {
      const postmaster = readPostmaster(path.join(folder, 'cluster'));
      if (postmaster?.running) {
        signal(postmaster.pid, 'SIGQUIT');
        await ended(postmaster.pid, SWEEP_STOP_MS);
      }
      rmSync(folder, { recursive: true, force: true });
      removed.push(folder);
    } catch {
      // Another account's leftovers are not ours to remove.
    }
  }
  return removed;
}

function isForgotten(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(path.join(folder, OWNER_FILE), 'utf8')) as { pid: number; host: string };
    return owner.host === hostname() && !isAlive(owner.pid);
  } catch {
    const stat = statSync(folder, { throwIfNoEntry: false });
    return stat !== undefined && Date.now() - stat.mtimeMs > UNOWNED_AFTER_MS;
  }
}

/** Whether the folder has the socket of a running server whose data lie in another folder. */
function servesElsewhere(folder: string): boolean {
  const lock = readdirSync(folder).find((name) => name.startsWith('.s.PGSQL.') && name.endsWith('.lock'));
  if (lock === undefined) return false;
  const [pid, dataDir] = readFileSync(path.join(folder, lock), 'utf8').split('\n');
  return dataDir !== path.join(folder, 'cluster') && isAlive(Number(pid));
}
