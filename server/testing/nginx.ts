import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../lib/postgres-server/launch.ts';

/** An nginx on loopback before several ports, or the reason why there is none. */
export type TestNginx =
  | { origin: string; stop(): Promise<void>; reason?: undefined }
  | { origin?: undefined; reason: string };

const startMs = 10_000;

/**
 * Starts nginx as docs/self-hosting.md sets it up before several server processes, if the program is installed. With
 * `balance: 'ip_hash'` an address stays with one process; it is taken from `X-Forwarded-For`, so that a test can have
 * several. Otherwise each connection goes to the next process.
 */
export async function startNginx(ports: number[], { balance }: { balance: 'ip_hash' | 'in turn' }): Promise<TestNginx> {
  const program = ['nginx', '/usr/sbin/nginx'].find((name) => !spawnSync(name, ['-v']).error);
  if (program === undefined) return { reason: 'nginx is not installed' };
  const folder = mkdtempSync(join(tmpdir(), 'confab-nginx-'));
  const port = await freePort();
  const bodies = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''}
pid ${folder}/nginx.pid;
error_log stderr warn;
worker_processes 1;
events { worker_connections 1024; }
http {
  access_log off;
  ${bodies.map((name) => `${name}_temp_path ${folder}/${name};`).join('\n  ')}
  map $http_upgrade $connection_upgrade { default upgrade; '' close; }
  set_real_ip_from 127.0.0.1;
  real_ip_header X-Forwarded-For;
  upstream confab {
    ${balance === 'ip_hash' ? 'ip_hash;' : ''}
    ${ports.map((each) => `server 127.0.0.1:${each};`).join('\n    ')}
  }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://confab;
      proxy_http_version 1.1;
      proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $connection_upgrade;
      proxy_read_timeout 90s;
    }
  }
}
`,
  );
  let log = '';
  const child = spawn(program, ['-p', folder, '-e', 'stderr', '-c', join(folder, 'nginx.conf'), '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child.stderr.on('data', (part: Buffer) => {
    log += part;
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async () => {
    child.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  const deadline = Date.now() + startMs;
  while (!(await answers(port))) {
    if (child.exitCode !== null || Date.now() >= deadline) {
      await stop();
      throw new Error(`nginx did not start: ${log}`);
    }
    await delay(10);
  }
  return { origin: `http://127.0.0.1:${port}`, stop };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}
