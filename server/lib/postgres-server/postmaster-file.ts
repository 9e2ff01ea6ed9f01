import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { currentFolderOf, isAlive } from './processes.ts';

/** What `postmaster.pid` in a cluster's folder says. */
export interface Postmaster {
  pid: number;
  port: number;
  /** The folder of the Unix socket, or `undefined` when there is none. */
  socketDir: string | undefined;
  /** False for a file left behind by a server that was killed, also when its process id belongs to another by now. */
  running: boolean;
  status: 'starting' | 'ready' | 'stopping';
}

const STATUSES = ['starting', 'ready', 'stopping'] as const;

/** Reads `postmaster.pid`; `undefined` when there is none or it is still being written. */
export function readPostmaster(clusterDir: string): Postmaster | undefined {
  let lines: string[];
  try {
    lines = readFileSync(path.join(clusterDir, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return undefined;
  }
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return {
    pid,
    port: Number(lines[3] ?? 0),
    socketDir: lines[4] || undefined,
    running: isPostmasterOf(pid, clusterDir),
    status: STATUSES.find((status) => status === lines[7]?.trim()) ?? 'starting',
  };
}

/** A server's current folder is its data folder, which tells it from a stranger that got the same process id. */
function isPostmasterOf(pid: number, clusterDir: string): boolean {
  if (!isAlive(pid)) return false;
  const folder = currentFolderOf(pid);
  return folder === undefined || folder === realpathSync(clusterDir);
}
