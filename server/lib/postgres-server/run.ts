import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { type Account, canEnter } from './account.ts';
import { PostgresServerError } from './postgres-server-error.ts';

/**
 * The environment every Postgres program gets: English messages, UTC, and none of the PG* variables that could point it
 * at another server.
 */
export const POSTGRES_ENV = { LC_ALL: 'C', TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** How a program ended. `code` is the exit code, or the errno name when it could not be started ('EACCES', 'ENOENT'). */
export interface RunResult {
  code: number | string;
  stdout: string;
  stderr: string;
}

/** Runs a program to its end, as `account` when given, and never throws. `fd` becomes its file descriptor 3. */
export async function run(file: string, args: string[], account?: Account, fd?: number): Promise<RunResult> {
  const stdio = ['ignore' as const, 'pipe' as const, 'pipe' as const, ...(fd === undefined ? [] : [fd])];
  const child = spawn(file, args, { cwd: '/', env: POSTGRES_ENV, stdio, ...account });
  const code = new Promise<number | string>((resolve) => {
    child.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    child.once('close', (exitCode, signalName) => resolve(exitCode ?? signalName ?? 'unknown'));
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout!), text(child.stderr!)]);
  return { code: await code, stdout, stderr };
}

/** How a program is told of a folder: `argument` names it, and `fd`, when there is one, must be its descriptor 3. */
export interface FolderHandle {
  argument: string;
  fd: number | undefined;
  close: () => void;
}

/**
 * Opens `folder` for a program that runs as `account`. A folder of the account's own may lie below one that only root
 * may enter (a project in /root, say); a descriptor that root opened leads there all the same.
 * @throws PostgresServerError where the system has no such way in
 */
export function openFolder(folder: string, account: Account | undefined): FolderHandle {
  if (canEnter(folder, account)) return { argument: folder, fd: undefined, close: () => {} };
  if (process.platform !== 'linux') {
    throw new PostgresServerError(
      `The account with uid ${account?.uid}, which stands in for root, cannot enter ${folder}: choose a data folder elsewhere, with DATABASE_URL=embedded:DIR, or start Confab as an ordinary user.`,
    );
  }
  const fd = openSync(folder, 'r');
  return { argument: '/proc/self/fd/3', fd, close: () => closeSync(fd) };
}
