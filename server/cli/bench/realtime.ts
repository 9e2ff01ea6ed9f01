import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { projectPath } from '../../lib/paths.ts';
import { type Cluster, startCluster } from '../../lib/postgres-server/cluster.ts';
import { findPrograms } from '../../lib/postgres-server/find-programs.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { type BuiltServer, startBuiltServer } from '../../testing/built-server.ts';
import { startRedis } from '../../testing/redis.ts';
import { makeApiKey, makeOwner, makeVisitor } from './actors.ts';
import { cpuSeconds, residentBytes } from './processes.ts';
import { type BenchThread, type RealtimeLoad, type RealtimeResult, runRealtime } from './realtime-load.ts';

const help = `Usage: npm run bench:realtime [-- --seconds N] [--rates 200,1000,…] [--only typing,message,idle] [--redis]

Two built server processes on one Postgres with fsync and synchronous_commit on: visitors on one, agents on the other.
Offered against delivered, and how long it takes from the visitor's socket to the agent's, at growing rates; and the
memory that an idle socket holds, beside a bare WebSocket server. Compare ratios: machines are noisy, and the load runs
on the same one.
  --seconds N   how long each rate is offered (default 5)
  --redis       through a redis-server instead of Postgres
  --sockets N   idle sockets (default 10000)`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    redis: { type: 'boolean' },
    seconds: { type: 'string', default: '5' },
    rates: { type: 'string', default: '200,1000,3000,6000,10000' },
    only: { type: 'string', default: 'typing,message,idle' },
    sockets: { type: 'string', default: '10000' },
  },
});

const threadCount = 200;
const titles = {
  typing: 'Passed on and stored nowhere (typing)',
  message: 'Stored, acknowledged after commit, and passed on (messages)',
};

function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

function row(...cells: (string | number)[]): void {
  const text = (cell: string | number) => (typeof cell === 'number' ? cell.toFixed(cell < 10 ? 2 : 0) : cell);
  say(`| ${cells.map(text).join(' | ')} |`);
}

async function benchRelay(
  kind: RealtimeLoad['kind'],
  servers: readonly [BuiltServer, BuiltServer],
  cluster: Cluster,
  who: { apiKey: string; threads: BenchThread[] },
): Promise<void> {
  say(`\n${titles[kind]}: visitors on one process, agents on the other, ${threadCount} threads`);
  row(
    'offered/s',
    'delivered ÷ offered',
    'p50 ms',
    'p99 ms',
    'refused',
    'cores, visitors’ process',
    'agents’',
    'Postgres',
  );
  row(...Array<string>(8).fill('---'));
  const pids = [servers[0].pid, servers[1].pid, cluster.pid];
  for (const rate of values.rates.split(',').map(Number)) {
    let used = [0, 0, 0];
    const seconds = Number(values.seconds);
    const result = await runRealtime<RealtimeResult>(
      {
        kind,
        visitorPort: servers[0].port,
        agentPort: servers[1].port,
        ...who,
        perSecond: rate,
        warmUpMs: 1_000,
        measureMs: seconds * 1_000,
      },
      async (stage) => {
        const now = pids.map(cpuSeconds);
        used = stage === 'measuring' ? now : now.map((value, at) => (value - used[at]!) / seconds);
      },
    );
    const { offeredPerSecond, delivered, offered, p50Ms, p99Ms, refused } = result;
    row(
      offeredPerSecond,
      (delivered / offered).toFixed(3),
      p50Ms,
      p99Ms,
      String(refused),
      ...used.map((u) => u.toFixed(2)),
    );
  }
}

async function benchIdle(environment: Record<string, string>, owned: { threads: BenchThread[] }): Promise<void> {
  const sockets = Number(values.sockets);
  say(`\nMemory of ${sockets} idle sockets, each watching a thread, after garbage collection`);
  row('server', 'RSS empty, MB', 'RSS, MB', 'KB a socket');
  row('---', '---', '---', '---');
  const preload = { NODE_OPTIONS: `--require=${projectPath('server', 'cli', 'bench', 'gc-on-signal.cjs')}` };

  const server = await startBuiltServer({ environment: { ...environment, ...preload } });
  const ours = await measureIdle(server.pid, { port: server.port, sockets, threads: owned.threads });
  await server.stop();

  const bare = spawn(process.execPath, [projectPath('server', 'cli', 'bench', 'bare-ws.cjs')], {
    env: { ...process.env, ...preload },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [port] = await once(bare.stdout, 'data');
  const theirs = await measureIdle(bare.pid!, { port: Number(port), sockets, threads: [] });
  bare.kill();

  for (const [name, figures] of Object.entries({ Confab: ours, 'bare ws': theirs })) {
    row(name, figures.empty / 1e6, figures.full / 1e6, figures.perSocket / 1024);
  }
  say(`Confab ÷ bare ws: ${(ours.perSocket / theirs.perSocket).toFixed(2)}`);
}

async function measureIdle(pid: number, plan: { port: number; sockets: number; threads: BenchThread[] }) {
  const settled = async () => {
    process.kill(pid, 'SIGUSR2');
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    return residentBytes(pid);
  };
  // The first sockets load and compile what all others share.
  await runRealtime({ kind: 'idle', ...plan, sockets: 100 }, async () => {});
  const empty = await settled();
  let full = 0;
  await runRealtime({ kind: 'idle', ...plan }, async () => {
    full = await settled();
  });
  return { empty, full, perSocket: (full - empty) / plan.sockets };
}

async function main(): Promise<void> {
  const programs = await findPrograms({ searchPath: process.env.PATH });
  const cluster = await startCluster({ programs, durable: true, settings: { shared_buffers: '256MB' } });
  const cleanUps: (() => Promise<unknown>)[] = [() => cluster.stop()];
  try {
    const url = cluster.urlFor('confab');
    const admin = new pg.Client({ connectionString: cluster.adminUrl });
    await admin.connect();
    await admin.query('CREATE DATABASE confab');
    await admin.end();
    await migrateDatabase({ url });
    const environment: Record<string, string> = { DATABASE_URL: url, DEMO: 'off', RATE_LIMITS: 'off' };
    if (values.redis) {
      const redis = await startRedis();
      if (redis.url === undefined) throw new Error(`${redis.reason}.`);
      cleanUps.push(() => redis.stop());
      environment.REDIS_URL = redis.url;
    }
    const servers = [await startBuiltServer({ environment }), await startBuiltServer({ environment })] as const;
    for (const server of servers) cleanUps.push(() => server.stop());
    const owner = await makeOwner(servers[0].origin, 'bench');
    const apiKey = await makeApiKey(servers[0].origin, owner);
    const threads: BenchThread[] = [];
    for (let n = 0; n < threadCount; n += 1) threads.push(await makeVisitor(servers[0].origin, owner, n));
    const way = values.redis ? 'Redis' : 'NOTIFY';
    say(`PostgreSQL ${cluster.version}, Node ${process.version}, from process to process through ${way}`);
    const only = new Set(values.only.split(','));
    for (const kind of ['typing', 'message'] as const) {
      if (only.has(kind)) await benchRelay(kind, servers, cluster, { apiKey, threads });
    }
    if (only.has('idle')) await benchIdle(environment, { threads });
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

if (values.help) {
  say(help);
} else {
  main().catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
