import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectPath } from '../lib/paths.ts';

export interface BuiltServer {
  origin: string;
  port: number;
  pid: number;
  /** From spawning the process to its line that it is running. */
  startMs: number;
  /** Everything it has printed so far. */
  output(): string;
  /** Ends the process and waits for it; the data folder stays, when it was given. Resolves to the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

export interface BuiltServerOptions {
  environment: Record<string, string>;
  /** Kept between starts when given; else a temp folder that goes with the server. */
  dataDir?: string;
  port?: number;
}

/** Starts `dist/server/main.cjs` on a free port of the loopback, and waits until it says that it is running. */
export async function startBuiltServer(options: BuiltServerOptions): Promise<BuiltServer> {
  const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), 'confab-server-'));
  const startedAt = performance.now();
  const child = spawn(process.execPath, [projectPath('dist', 'server', 'main.cjs')], {
    cwd: dataDir,
    env: {
      PATH: process.env.PATH,
      HOST: '127.0.0.1',
      PORT: String(options.port ?? 0),
      LOG_LEVEL: 'warn',
      DATA_DIR: dataDir,
      SESSION_SECRET: 'a secret of a server that runs for minutes only',
      ...options.environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const collect = (part: Buffer) => {
    printed += part.toString();
  };
  child.stdout.on('data', collect);
  child.stderr.on('data', collect);
  const origin = await runningLine(child, () => printed);
  const startMs = performance.now() - startedAt;
  return {
    origin,
    port: Number(new URL(origin).port),
    pid: child.pid as number,
    startMs,
    output: () => printed,
    async stop(signal = 'SIGTERM') {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = new Promise((resolve) => child.once('exit', resolve));
        child.kill(signal);
        await ended;
      }
      if (options.dataDir === undefined) rmSync(dataDir, { recursive: true, force: true });
      return child.exitCode;
    },
  };
}

function runningLine(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const look = () => {
      const origin = /Confab is running at (http:[^\s"]+)/.exec(printed())?.[1];
      if (origin) resolve(origin);
    };
    child.stdout?.on('data', look);
    child.once('exit', (code) => reject(new Error(`The server ended with ${code} before it listened: ${printed()}`)));
  });
}
