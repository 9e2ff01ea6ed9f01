import { spawn } from 'node:child_process';
import { accessSync, chownSync, constants, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { accountFor } from '../lib/postgres-server/account.ts';
import { freePort } from '../lib/postgres-server/launch.ts';
import { removeAfterProcess } from '../lib/postgres-server/lifeline.ts';
import { ended } from '../lib/postgres-server/processes.ts';
import { makeTempFolder } from '../lib/postgres-server/temp-folders.ts';

const START_MS = 10_000;
const POLL_MS = 10;

/** A pgbouncer in transaction mode with two server connections, or the reason why there is none. */
export type PgBouncer =
  | { url: string; stop: () => Promise<void>; reason?: undefined }
  | { url?: undefined; stop?: undefined; reason: string };

/**
 * Starts a pgbouncer in front of the database of `url`, if the program is installed. Two clients with more work than
 * one statement each are enough to be moved from one server connection to another.
 */
export async function startPgBouncer(url: string, searchPath = process.env.PATH ?? ''): Promise<PgBouncer> {
  const program = findProgram([...searchPath.split(path.delimiter), '/usr/sbin', '/usr/local/sbin']);
  if (program === undefined) return { reason: 'pgbouncer is not installed' };
  const target = new URL(url);
  const account = accountFor();
  const folder = makeTempFolder(account);
  const port = await freePort();
  const files = { config: path.join(folder, 'pgbouncer.ini'), users: path.join(folder, 'users.txt') };
  const pidFile = path.join(folder, 'pgbouncer.pid');
  const quote = (text: string) => `"${decodeURIComponent(text).replaceAll('"', '""')}"`;
  writeFileSync(files.users, `${quote(target.username)} ${quote(target.password)}\n`);
  writeFileSync(
    files.config,
    `[databases]
* = host=${target.hostname} port=${target.port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${files.users}
pool_mode = transaction
default_pool_size = 2
max_client_conn = 100
server_round_robin = 1
pidfile = ${pidFile}
`,
  );
  if (account !== undefined) for (const file of Object.values(files)) chownSync(file, account.uid, account.gid);
  const letGo = removeAfterProcess(pidFile, [folder]);
  let log = '';
  const child = spawn(program, [files.config], { cwd: '/', stdio: ['ignore', 'ignore', 'pipe'], ...account });
  child.stderr.on('data', (chunk: Buffer) => {
    log += chunk;
  });
  child.on('error', (error) => {
    log += error.message;
  });
  const stop = async () => {
    child.kill('SIGTERM');
    if (child.pid !== undefined) await ended(child.pid, START_MS);
    rmSync(folder, { recursive: true, force: true });
    letGo();
  };
  const deadline = Date.now() + START_MS;
  while (!(await answers(port))) {
    if (child.pid === undefined || child.exitCode !== null || Date.now() >= deadline) {
      await stop();
      throw new Error(`pgbouncer did not start: ${log}`);
    }
    await delay(POLL_MS);
  }
  target.host = `127.0.0.1:${port}`;
  return { url: target.href, stop };
}

function findProgram(folders: string[]): string | undefined {
  for (const folder of folders.filter((name) => path.isAbsolute(name))) {
    const file = path.join(folder, 'pgbouncer');
    try {
      accessSync(file, constants.X_OK);
      return file;
    } catch {
      // Not in this one.
    }
  }
  return undefined;
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
