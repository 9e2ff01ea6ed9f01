import { chmodSync, rmSync } from 'node:fs';
import path from 'node:path';
import type pg from 'pg';
import { accountFor } from '../lib/postgres-server/account.ts';
import { type Cluster, startCluster } from '../lib/postgres-server/cluster.ts';
import { clusterFolder, writePrivate } from '../lib/postgres-server/cluster-files.ts';
import { findPrograms } from '../lib/postgres-server/find-programs.ts';
import { launch } from '../lib/postgres-server/launch.ts';
import { removeAfterProcess } from '../lib/postgres-server/lifeline.ts';
import { preparePrograms } from '../lib/postgres-server/package-programs.ts';
import { ended, signal } from '../lib/postgres-server/processes.ts';
import { run } from '../lib/postgres-server/run.ts';
import { makeTempFolder } from '../lib/postgres-server/temp-folders.ts';
import { withConnection } from './databases.ts';

const STOP_MS = 10_000;

/** A primary and a streaming replica of it, both on loopback. */
export interface ReplicatedCluster {
  primary: Cluster;
  replica: {
    /** The `postgres` database, as superuser. */
    adminUrl: string;
    /** Another database of it. */
    urlFor: (database: string) => string;
    /** Ends it as a crash would. */
    kill(): Promise<void>;
    /** Starts it again on its data and on the same port. */
    start(): Promise<void>;
  };
  stop(): Promise<void>;
}

/** Starts both, from the same programs as every other server of the tests, those of the npm package included. */
export async function startReplicatedCluster(bin: string | undefined): Promise<ReplicatedCluster> {
  const found = await findPrograms({ bin, searchPath: process.env.PATH });
  const settings = { wal_level: 'replica', max_wal_senders: '4', wal_keep_size: '256MB', synchronous_commit: 'on' };
  const primary = await startCluster({ programs: found, durable: false, settings });
  const account = accountFor();
  const dataDir = makeTempFolder(account);
  const pidFile = path.join(clusterFolder(dataDir), 'postmaster.pid');
  const letGo = removeAfterProcess(pidFile, [dataDir]);
  const programs = await preparePrograms({ programs: found, account, copyTo: path.join(dataDir, 'programs') });
  let running: { pid: number; port: number } | undefined;

  const start = async (port = 0) => {
    running = await launch({
      dataDir,
      programs,
      account,
      socketDir: dataDir,
      port,
      settings: { fsync: 'off', hot_standby: 'on', max_wal_senders: '4', max_connections: '200' },
    });
  };
  const kill = async () => {
    signal(running!.pid, 'SIGQUIT');
    await ended(running!.pid, STOP_MS);
  };
  const stop = async () => {
    if (running !== undefined) await kill();
    rmSync(dataDir, { recursive: true, force: true });
    letGo();
    await primary.stop();
  };

  try {
    await withConnection(primary.adminUrl, (client) => copyWhileItRuns(client, primary, dataDir));
    const upstream = `host=127.0.0.1 port=${primary.port} user=${primary.user} password=${primary.password}`;
    writePrivate(
      path.join(clusterFolder(dataDir), 'postgresql.auto.conf'),
      `primary_conninfo = '${upstream}'\nwal_receiver_status_interval = 1\n`,
      account,
    );
    writePrivate(path.join(clusterFolder(dataDir), 'standby.signal'), '', account);
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  const { port } = running!;
  const urlFor = (database: string) => primary.urlFor(database).replace(`:${primary.port}/`, `:${port}/`);
  return { primary, replica: { adminUrl: urlFor('postgres'), urlFor, kill, start: () => start(port) }, stop };

  /** A base backup by hand: the npm package has no `pg_basebackup`. */
  async function copyWhileItRuns(client: pg.PoolClient, { socketDir }: Cluster, to: string): Promise<void> {
    await client.query("SELECT pg_backup_start('replica', true)");
    const from = clusterFolder(socketDir);
    const copied = await run('/bin/cp', ['-a', from, clusterFolder(to)], account);
    if (copied.code !== 0) throw new Error(`The data could not be copied: ${copied.stderr}`);
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(false)');
    rmSync(pidFile, { force: true });
    chmodSync(clusterFolder(to), 0o700);
    writePrivate(path.join(clusterFolder(to), 'backup_label'), rows[0]!.labelfile, account);
  }
}
