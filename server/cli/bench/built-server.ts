import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../../lib/paths.ts';

export interface BuiltServer {
  origin: string;
  port: number;
  pid: number;
  /** From spawning the process to its line that it is running. */
  startMs: number;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts `dist/server/main.cjs` on a free port, as in production, and waits until it says that it is running. */
export async function startBuiltServer(environment: Record<string, string>): Promise<BuiltServer> {
  const dataDir = mkdtempSync(join(tmpdir(), 'confab-server-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [projectPath('dist', 'server', 'main.cjs')], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: '0',
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      SESSION_SECRET: 'a secret of a server that runs for minutes only',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const origin = await runningLine(child);
  const startMs = performance.now() - startedAt;
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: child.pid as number,
    startMs,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill(signal);
        await ended;
      }
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

function runningLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    const listen = (part: Buffer) => {
      said += part.toString();
      const origin = /Confab is running at (http:\S+)/.exec(said)?.[1];
      if (origin) resolve(origin);
    };
    child.stdout?.on('data', listen);
    child.stderr?.on('data', listen);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened: ${said}`)));
  });
}
