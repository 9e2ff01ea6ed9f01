import path from 'node:path';
import pg from 'pg';
import { type Cluster, startCluster } from './cluster.ts';
import { majorOf } from './cluster-files.ts';
import { findMachinePrograms } from './machine-programs.ts';
import { findPackagePrograms } from './package-programs.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import type { Programs } from './programs.ts';

/** Where `DATABASE_URL=embedded` keeps its data, from the folder the server is started in. */
const EMBEDDED_DIR = '.data/pg';

const DATABASE = 'confab';

/** The Postgres of `DATABASE_URL=embedded`. */
export interface EmbeddedPostgres {
  /** A `postgres://` URL of the database `confab`, over loopback. */
  url: string;
  /** For example `18.4`. */
  version: string;
  /** True when a process that was killed had left it running. */
  adopted: boolean;
  /** Stops it, after everything acknowledged is on the disk; leaves it running where another process owns it. */
  stop: () => Promise<void>;
}

/**
 * Starts the Postgres that comes with the optional dependencies on the data in `dir`, made there if need be with an
 * empty database `confab`. A server that a killed process left running on them is adopted. Stops with this process.
 * @param options.whenOwned what to do when another living Confab runs on the same data: a server refuses, a command
 *   may `share` its Postgres
 * @throws PostgresServerError
 */
export async function openEmbedded(
  dir: string = EMBEDDED_DIR,
  options: { whenOwned?: 'refuse' | 'share' } = {},
): Promise<EmbeddedPostgres> {
  const dataDir = path.resolve(dir);
  const cluster = await startCluster({
    programs: await programsFor(dataDir),
    dataDir,
    durable: true,
    whenOwned: options.whenOwned,
  });
  try {
    await createDatabase(cluster);
  } catch (error) {
    await cluster.stop();
    throw error;
  }
  const { version, adopted, stop } = cluster;
  return { url: cluster.urlFor(DATABASE), version, adopted, stop };
}

/** The package's programs; for data that another major version wrote, those of that version if the machine has them. */
async function programsFor(dataDir: string): Promise<Programs> {
  const programs = findPackagePrograms();
  const major = majorOf(dataDir);
  if (major === undefined || major === programs.major) return programs;
  return (await findMachinePrograms()).find((candidate) => candidate.major === major) ?? programs;
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.adminUrl, connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } catch (error) {
    // Another process that shares the server may have been a moment quicker.
    if ((error as { code?: string }).code === '42P04' || (error as { code?: string }).code === '23505') return;
    throw new PostgresServerError(`The embedded Postgres does not answer: ${(error as Error).message}.`);
  } finally {
    await client.end();
  }
}
