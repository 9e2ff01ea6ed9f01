import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { POSTGRES_ENV } from './run.ts';

/** A server that must not outlive this process. */
interface Guarded {
  /** Begins the stop without waiting; called when the process is about to be gone. */
  stopNow: () => unknown;
  stop: () => Promise<void>;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
const guarded = new Set<Guarded>();

/**
 * Stops `server` when this process exits, and at SIGINT, SIGTERM and SIGHUP. Where the program handles a signal itself,
 * its handler decides when to exit, since it may still be writing to the server.
 * @returns the function that lifts the guard
 */
export function stopWithProcess(server: Guarded): () => void {
  if (guarded.size === 0) {
    process.on('exit', stopAllNow);
    for (const name of SIGNALS) process.on(name, onSignal);
  }
  guarded.add(server);
  return () => {
    if (guarded.delete(server) && guarded.size === 0) removeListeners();
  };
}

function stopAllNow(): void {
  for (const server of guarded) server.stopNow();
}

function onSignal(name: NodeJS.Signals): void {
  if (process.listenerCount(name) > 1) return;
  void Promise.allSettled([...guarded].map((server) => server.stop())).then(() => {
    removeListeners();
    process.kill(process.pid, name);
  });
}

function removeListeners(): void {
  process.off('exit', stopAllNow);
  for (const name of SIGNALS) process.off(name, onSignal);
}

/** Waits for the other end of its input to close, however that comes about, then stops the program and removes the folders. */
const WATCHER = `
read -r _
pidfile=$1
shift
pid=$(head -n 1 "$pidfile" 2>/dev/null)
if [ -n "$pid" ] && kill -QUIT "$pid" 2>/dev/null; then
  tries=0
  while [ -e "$pidfile" ] && [ "$tries" -lt 50 ]; do sleep 0.1; tries=$((tries + 1)); done
fi
rm -rf -- "$@"
`;

/**
 * Has the throw-away program whose process id is in `pidFile` stopped, and `folders` removed, once this process is
 * gone, SIGKILL included.
 * @returns the function that lifts the guard
 */
export function removeAfterProcess(pidFile: string, folders: string[]): () => void {
  const watcher = spawn('/bin/sh', ['-c', WATCHER, 'sh', pidFile, ...folders], {
    cwd: '/',
    env: POSTGRES_ENV,
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  // Without it a later run sweeps the folders, so a machine that cannot start a shell is still fine.
  watcher.on('error', () => {});
  watcher.stdin.on('error', () => {});
  watcher.unref();
  (watcher.stdin as Socket).unref();
  return () => {
    watcher.kill('SIGKILL');
  };
}
