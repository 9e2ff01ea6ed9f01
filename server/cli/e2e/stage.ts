import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type Cluster, startCluster } from '../../lib/postgres-server/cluster.ts';
import { findPrograms } from '../../lib/postgres-server/find-programs.ts';
import { freePort } from '../../lib/postgres-server/launch.ts';
import { migrateDatabase } from '../../storage/database/migrate.ts';
import { type BuiltServer, startBuiltServer } from '../../testing/built-server.ts';
import { type ChaosProxy, startChaosProxy } from './chaos-proxy.ts';
import type { Random } from './random.ts';

/** Two built server processes on a Postgres of their own, behind a balancer that breaks connections. */
export interface ServerPair {
  /** Through the balancer. */
  origin: string;
  proxy: ChaosProxy;
  databaseUrl: string;
  /** Of the two server processes that are running now. */
  pids(): [number, number];
  /** Kills the second process as a crash would, and starts it again after a while. */
  crashServer(downMs: number): Promise<void>;
  /** Stops Postgres with everything connected to it, and starts it again after a while. */
  restartPostgres(downMs: number): Promise<void>;
  stop(): Promise<void>;
}

const databaseName = 'confab';

export async function startServerPair(random: Random): Promise<ServerPair> {
  const folder = mkdtempSync(join(tmpdir(), 'confab-e2e-'));
  const cleanUps: (() => Promise<unknown>)[] = [async () => rmSync(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  };
  try {
    const programs = await findPrograms({ searchPath: process.env.PATH });
    const port = await freePort();
    const launch = () => startCluster({ programs, dataDir: join(folder, 'pg'), durable: true, port });
    let cluster: Cluster = await launch();
    cleanUps.push(() => cluster.stop());
    const databaseUrl = cluster.urlFor(databaseName);
    await run(cluster.adminUrl, `CREATE DATABASE ${databaseName}`);
    await migrateDatabase({ url: databaseUrl });

    const environment = { DATABASE_URL: databaseUrl, DEMO: 'off', RATE_LIMITS: 'off' };
    const start = (serverPort: number) => startBuiltServer({ environment, port: serverPort });
    const starting = [start(0), start(0)] as const;
    // What has started is stopped, also when the other has not.
    cleanUps.push(() => Promise.allSettled(starting.map(async (server) => (await server).stop())));
    const [first, other] = await Promise.all(starting);
    let second: BuiltServer = other;
    cleanUps.push(() => second.stop());
    const proxy = await startChaosProxy([first.port, second.port], random);
    cleanUps.push(() => proxy.close());
    return {
      origin: `http://127.0.0.1:${proxy.port}`,
      proxy,
      databaseUrl,
      pids: () => [first.pid, second.pid],
      async crashServer(downMs) {
        await second.stop('SIGKILL');
        await wait(downMs);
        second = await start(second.port);
      },
      async restartPostgres(downMs) {
        await cluster.stop();
        await wait(downMs);
        cluster = await launch();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** One statement on a connection of its own. */
export async function run<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows;
  } finally {
    await client.end();
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
