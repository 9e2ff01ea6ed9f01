import {
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statfsSync,
  statSync,
  writeFileSync,
} from 'node:fs';
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

/** A file system in memory, on which a test database is cloned many times faster than on most disks. */
const MEMORY_FOLDER = '/dev/shm';
const MEMORY_BYTES_MIN = 3 * 1024 ** 3;

/** A fast place for data that nobody misses: memory where there is plenty, else the temp folder. */
export function throwawayParent(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    const roomy = Math.min(bavail * bsize, process.availableMemory()) >= MEMORY_BYTES_MIN;
    return roomy ? MEMORY_FOLDER : tempParent();
  } catch {
    return tempParent();
  }
}

/**
 * Makes a private folder, owned by `account` when given, that {@link sweepTempFolders} of a later process removes when
 * this one could not. Its path is short enough for a Unix socket inside.
 */
export function makeTempFolder(account?: Account, parent: string = tempParent()): string {
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
export async function sweepTempFolders(): Promise<string[]> {
  const removed: string[] = [];
  for (const folder of [tempParent(), MEMORY_FOLDER].flatMap(tempFoldersIn)) {
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

function tempParent(): string {
  return tmpdir().length > PARENT_CHARS_MAX ? '/tmp' : tmpdir();
}

function tempFoldersIn(parent: string): string[] {
  try {
    const names = readdirSync(parent).filter((name) => name.startsWith(PREFIX));
    return names.map((name) => path.join(parent, name));
  } catch {
    return [];
  }
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
