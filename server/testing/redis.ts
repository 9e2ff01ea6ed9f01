import { spawn, spawnSync } from 'node:child_process';
import { freePort } from '../lib/postgres-server/launch.ts';

/** A Redis on loopback that keeps nothing, or the reason why there is none. */
export type TestRedis =
  | { url: string; stop(): Promise<void> /** On the same port. */; start(): Promise<void>; reason?: undefined }
  | { url?: undefined; reason: string };

/** Starts a `redis-server`, if the program is installed. @param settings further arguments of the program */
export async function startRedis(settings: string[] = []): Promise<TestRedis> {
  if (spawnSync('redis-server', ['--version']).error) return { reason: 'redis-server is not installed' };
  const port = await freePort();
  let ended: Promise<void> | undefined;
  let kill = () => {};
  const start = async () => {
    const fixed = [
      '--port',
      String(port),
      '--bind',
      '127.0.0.1',
      '--save',
      '',
      '--appendonly',
      'no',
      '--daemonize',
      'no',
    ];
    const child = spawn('redis-server', [...fixed, ...settings], { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
    const onExit = () => child.kill('SIGKILL');
    process.once('exit', onExit);
    kill = () => child.kill('SIGKILL');
    ended = new Promise((resolve) => {
      child.once('exit', () => {
        process.removeListener('exit', onExit);
        resolve();
      });
    });
    let log = '';
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (part: Buffer) => {
        log += part;
        if (/Ready to accept connections/i.test(log)) resolve();
      });
      child.once('exit', () => reject(new Error(`redis-server did not start: ${log}`)));
    });
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    start,
    async stop() {
      kill();
      await ended;
    },
  };
}
