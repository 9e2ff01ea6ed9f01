import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** How the operator's commands reach the running server: through a port of the loopback that only they know of. */
export interface OperatorAccess {
  pid: number;
  port: number;
  /** To be sent as Bearer token. */
  token: string;
}

const fileIn = (dataDir: string) => join(dataDir, 'operator.json');

/** Leaves the access where the commands look for it. Nobody but the owner of the process can read it. */
export function writeOperatorFile(dataDir: string, access: OperatorAccess): void {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const file = fileIn(dataDir);
  writeFileSync(file, `${JSON.stringify(access)}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
}

/** Takes it away again, unless another process has left its own meanwhile. */
export function removeOperatorFile(dataDir: string, pid: number): void {
  if (readOperatorFile(dataDir, () => true)?.pid === pid) rmSync(fileIn(dataDir), { force: true });
}

/** How to reach the server that runs on this data folder; undefined: none does. */
export function readOperatorFile(
  dataDir: string,
  isAlive: (pid: number) => boolean = isProcess,
): OperatorAccess | undefined {
  try {
    const access = JSON.parse(readFileSync(fileIn(dataDir), 'utf8')) as OperatorAccess;
    return isAlive(access.pid) ? access : undefined;
  } catch {
    return undefined;
  }
}

function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
