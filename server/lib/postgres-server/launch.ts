import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Account } from './account.ts';
import { clusterFolder, logFile } from './cluster-files.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import { readPostmaster } from './postmaster-file.ts';
import type { Programs } from './programs.ts';
import { openFolder, POSTGRES_ENV } from './run.ts';

const POLL_MS = 5;
const PORT_TRIES = 5;
const EMPTY_TRIES = 30;
const LOG_BYTES_MAX = 10_000_000;

/** A server that accepts connections. */
export interface Launched {
  pid: number;
  port: number;
}

/**
 * Starts `postgres` on the cluster in `dataDir`, on loopback and a Unix socket in `socketDir`, and waits until it
 * accepts connections, recovery after a crash included. It gets a session of its own, so that Ctrl-C in a terminal
 * reaches our process alone, which then stops the server in its own time.
 * @returns the server, or `undefined` when another process has started one on the same data at the same moment
 * @throws PostgresServerError with the server's own reason
 */
export async function launch(options: {
  dataDir: string;
  programs: Programs;
  account: Account | undefined;
  socketDir: string;
  /** 0 takes any free port. */
  port: number;
  settings: Record<string, string>;
}): Promise<Launched | undefined> {
  for (let tries = 1; ; tries++) {
    const port = options.port === 0 ? await freePort() : options.port;
    const outcome = await tryLaunch({ ...options, port });
    if (typeof outcome === 'object') return outcome;
    if (/lock file "postmaster\.pid" already exists/.test(outcome)) return undefined;
    // Another is just writing its own; one that stays empty was left by a crash, and Postgres says what to do.
    if (/lock file "postmaster\.pid" is empty/.test(outcome) && tries < EMPTY_TRIES) {
      await delay(POLL_MS);
      continue;
    }
    const portTaken = /Address already in use/.test(outcome);
    if (portTaken && options.port === 0 && tries < PORT_TRIES) continue;
    throw new PostgresServerError(
      portTaken
        ? `Postgres could not start: port ${port} on 127.0.0.1 is in use by another program.`
        : `Postgres could not start on ${options.dataDir}: ${reason(outcome)}`,
    );
  }
}

/** The running server, or what it wrote to its log before it gave up. */
async function tryLaunch(options: {
  dataDir: string;
  programs: Programs;
  account: Account | undefined;
  socketDir: string;
  port: number;
  settings: Record<string, string>;
}): Promise<Launched | string> {
  const { dataDir, programs, account, socketDir, port } = options;
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: `"${socketDir}"`,
    logging_collector: 'off',
    log_destination: 'stderr',
    ...options.settings,
  };
  const folder = openFolder(clusterFolder(dataDir), account);
  const { fd: logFd, size: logStart } = openLog(dataDir);
  const child = spawn(
    path.join(programs.bin, 'postgres'),
    [`-D${folder.argument}`, `-p${port}`, ...Object.entries(settings).map(([name, value]) => `-c${name}=${value}`)],
    {
      cwd: '/',
      env: POSTGRES_ENV,
      stdio: ['ignore', logFd, logFd, ...(folder.fd === undefined ? [] : [folder.fd])],
      detached: true,
      ...account,
    },
  );
  closeSync(logFd);
  folder.close();
  let gone: string | undefined;
  child.once('error', (error) => {
    gone = error.message;
  });
  child.once('exit', () => {
    gone ??= '';
  });
  child.unref();
  for (;;) {
    if (gone !== undefined) return gone || readFileSync(logFile(dataDir)).subarray(logStart).toString();
    const postmaster = readPostmaster(clusterFolder(dataDir));
    if (postmaster?.pid === child.pid && postmaster?.status === 'ready') return { pid: postmaster.pid, port };
    await delay(POLL_MS);
  }
}

function openLog(dataDir: string): { fd: number; size: number } {
  const file = logFile(dataDir);
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  const startOver = size > LOG_BYTES_MAX;
  return { fd: openSync(file, startOver ? 'w' : 'a', 0o600), size: startOver ? 0 : size };
}

/** The first fatal line without its prefix of time and process, else the last line. */
function reason(log: string): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  const line = lines.find((text) => /(FATAL|PANIC): {2}/.test(text)) ?? lines.at(-1) ?? 'it gave no reason';
  return line.replace(/^.*?(FATAL|PANIC): {2}/, '').trim();
}

/** A port of loopback that nobody listens on right now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
