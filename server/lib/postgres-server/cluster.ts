import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Account, accountFor } from './account.ts';
import { claimCluster } from './claim.ts';
import { clusterFolder, createCluster, majorOf, readPassword, SUPERUSER, writePrivate } from './cluster-files.ts';
import { launch } from './launch.ts';
import { removeAfterProcess, stopWithProcess } from './lifeline.ts';
import { preparePrograms } from './package-programs.ts';
import { PostgresServerError } from './postgres-server-error.ts';
import { readPostmaster } from './postmaster-file.ts';
import { ended, isAlive, signal } from './processes.ts';
import type { Programs } from './programs.ts';
import { isTempFolder, makeTempFolder, throwawayParent } from './temp-folders.ts';

/** Settings for data that nobody misses when the machine crashes. */
const THROWAWAY_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_connections: '200',
};

const FIRST_STOP_MS = 8000;
const NEXT_STOP_MS = 2000;
const TRANSITION_MS = 60_000;
const CLAIM_MS = 1000;
const POLL_MS = 20;

/** A running Postgres server on loopback, and the right to stop it. */
export interface Cluster {
  host: string;
  port: number;
  user: string;
  password: string;
  /** The folder of the Unix socket, for `?host=`. */
  socketDir: string;
  /** For example `18.4`. */
  version: string;
  pid: number;
  /** True when the server already ran, left behind by a process that was killed. */
  adopted: boolean;
  /** True when another process owns the server, and {@link Cluster.stop} leaves it running. */
  shared: boolean;
  /** The `postgres` database, as superuser. */
  adminUrl: string;
  /** A database of this server, which need not exist, over TCP. */
  urlFor: (database: string) => string;
  /** The same over the Unix socket. */
  socketUrlFor: (database: string) => string;
  /** Stops the server and, if it was made in a temp folder, removes that. Any number of calls do it once. */
  stop: () => Promise<void>;
}

export interface ClusterOptions {
  programs: Programs;
  /** Where the data live. Without it: a temp folder, which goes with the server, and with this process at the latest. */
  dataDir?: string | undefined;
  /** Whether acknowledged rows survive a crash of the machine. */
  durable: boolean;
  /** 0 or nothing takes any free port. */
  port?: number | undefined;
  /** Server settings over our own, by name. */
  settings?: Record<string, string> | undefined;
  /** PEM texts of the server's certificate and key; with them it speaks TLS. */
  tls?: { cert: string; key: string } | undefined;
  /** What to do when another living process owns the server in `dataDir`: refuse, or use it without owning it. */
  whenOwned?: 'refuse' | 'share' | undefined;
}

/**
 * Starts a Postgres server, or adopts the one that a killed process left running on `dataDir`. Its superuser has a
 * random password, made with the data and kept with them in a file of mode 0600; nobody gets in without it.
 * @throws PostgresServerError
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  if (process.platform === 'win32') {
    throw new PostgresServerError(
      'Starting a Postgres is not supported on Windows: use WSL, or set DATABASE_URL to a Postgres of your own.',
    );
  }
  if (options.dataDir === undefined) return startInTempFolder(options);
  const dataDir = path.resolve(options.dataDir);
  try {
    return await startInFolder(dataDir, options);
  } catch (error) {
    if (error instanceof PostgresServerError) throw error;
    throw new PostgresServerError(`The data folder ${dataDir} cannot be used (${(error as Error).message}).`);
  }
}

async function startInTempFolder(options: ClusterOptions): Promise<Cluster> {
  const account = accountFor();
  const dataDir = options.durable ? makeTempFolder(account) : makeTempFolder(account, throwawayParent());
  const programsDir = makeTempFolder(account);
  const letGo = removeAfterProcess(path.join(clusterFolder(dataDir), 'postmaster.pid'), [dataDir, programsDir]);
  const remove = () => {
    for (const folder of [dataDir, programsDir]) rmSync(folder, { recursive: true, force: true });
    letGo();
  };
  try {
    const copyTo = path.join(programsDir, 'programs');
    const launched = await bringUp({ ...options, dataDir, socketDir: dataDir, account, copyTo });
    if (launched === undefined) throw new PostgresServerError(`Another process has started a server in ${dataDir}.`);
    const stop = async () => {
      await stopProcess(launched.pid, 'SIGQUIT');
      remove();
    };
    return describeCluster(dataDir, { ...launched, socketDir: dataDir, version: options.programs.version, stop });
  } catch (error) {
    remove();
    throw error;
  }
}

async function startInFolder(dataDir: string, options: ClusterOptions): Promise<Cluster> {
  // Root's account must be able to pass through a folder made here; what lies in it has modes of its own.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  for (;;) {
    const server = (await settledPostmaster(dataDir)) ?? (await launchInFolder(dataDir, options));
    const cluster = server && (await own(dataDir, server, options));
    if (cluster !== undefined) return cluster;
    await delay(POLL_MS);
  }
}

interface RunningServer {
  pid: number;
  port: number;
  socketDir: string | undefined;
  adopted: boolean;
}

async function launchInFolder(dataDir: string, options: ClusterOptions): Promise<RunningServer | undefined> {
  const account = accountFor(clusterFolder(dataDir));
  const socketDir = makeTempFolder(account);
  let launched: { pid: number; port: number } | undefined;
  try {
    const copyTo = sharedCopyFolder(options.programs);
    launched = await bringUp({ ...options, dataDir, socketDir, account, copyTo });
  } finally {
    if (launched === undefined) rmSync(socketDir, { recursive: true, force: true });
  }
  return launched && { ...launched, socketDir, adopted: false };
}

/** Makes the cluster if there is none and starts its server; `undefined` when another process was quicker. */
async function bringUp(
  options: ClusterOptions & { dataDir: string; socketDir: string; account: Account | undefined; copyTo: string },
): Promise<{ pid: number; port: number } | undefined> {
  const { dataDir, socketDir, account, durable, tls } = options;
  const programs = await preparePrograms(options);
  const major = majorOf(dataDir);
  if (major === undefined) await createCluster({ dataDir, programs, account, privateDir: socketDir, durable });
  else if (major !== programs.major) {
    throw new PostgresServerError(
      `The data in ${dataDir} were written by Postgres ${major} and cannot be opened by Postgres ${programs.version}: install Postgres ${major}, or give Confab another data folder with DATABASE_URL=embedded:DIR.`,
    );
  }
  if (tls !== undefined) {
    writePrivate(path.join(clusterFolder(dataDir), 'server.crt'), tls.cert, account);
    writePrivate(path.join(clusterFolder(dataDir), 'server.key'), tls.key, account);
  }
  return launch({
    dataDir,
    programs,
    account,
    socketDir,
    port: options.port ?? 0,
    settings: {
      ...(durable ? {} : THROWAWAY_SETTINGS),
      ...(tls === undefined ? {} : { ssl: 'on' }),
      ...options.settings,
    },
  });
}

/**
 * Claims a running server and answers it, with the right to stop it; or without, when it is shared.
 * @returns `undefined` when the server has just been stopped by the process that owned it
 */
async function own(dataDir: string, server: RunningServer, options: ClusterOptions): Promise<Cluster | undefined> {
  const { pid, port, adopted } = server;
  const socketDir = server.socketDir ?? dataDir;
  const share = options.whenOwned === 'share';
  const basis = { pid, port, socketDir, adopted, version: '', stop: async () => {} };
  const isUp = () => {
    const postmaster = readPostmaster(clusterFolder(dataDir));
    return postmaster?.pid === pid && postmaster.running && postmaster.status === 'ready';
  };
  let owner: Awaited<ReturnType<typeof claimCluster>>;
  try {
    owner = await claimCluster(describeCluster(dataDir, basis).adminUrl, share ? 0 : CLAIM_MS);
  } catch (error) {
    if (!isUp()) return undefined;
    throw new PostgresServerError(
      `The Postgres that runs on ${dataDir} (process ${pid}) cannot be used: ${(error as Error).message}.`,
    );
  }
  const { claim, version } = owner;
  if (claim === undefined && !share) {
    throw new PostgresServerError(
      `The data folder ${dataDir} is in use by another Confab: stop that one first, or give this one a folder of its own with DATABASE_URL=embedded:DIR.`,
    );
  }
  if (claim === undefined) return describeCluster(dataDir, { ...basis, version, shared: true });
  const stop = async () => {
    // Until the server is down the claim stays, so that no other process takes it over on its way there.
    if (isUp()) await stopProcess(pid, 'SIGINT', 'SIGQUIT');
    await claim.release();
    if (isTempFolder(socketDir)) rmSync(socketDir, { recursive: true, force: true });
    letGo();
  };
  const cluster = describeCluster(dataDir, { ...basis, version, stop });
  const letGo = stopWithProcess({ stop: cluster.stop, stopNow: () => isUp() && signal(pid, 'SIGINT') });
  return cluster;
}

/** The server on `dataDir` once it neither starts nor stops, or `undefined` when none runs. */
async function settledPostmaster(dataDir: string): Promise<RunningServer | undefined> {
  const folder = clusterFolder(dataDir);
  const deadline = Date.now() + TRANSITION_MS;
  for (;;) {
    const postmaster = readPostmaster(folder);
    if (postmaster === undefined) return undefined;
    if (!postmaster.running) {
      // Postgres clears away a dead server's file by itself, but takes a stranger with the same process id for a server.
      if (isAlive(postmaster.pid)) rmSync(path.join(folder, 'postmaster.pid'), { force: true });
      return undefined;
    }
    if (postmaster.status === 'ready') return { ...postmaster, adopted: true };
    if (Date.now() >= deadline) {
      throw new PostgresServerError(
        `The Postgres on ${dataDir} (process ${postmaster.pid}) has been ${postmaster.status} for ${TRANSITION_MS / 1000} seconds: see ${dataDir}/server.log.`,
      );
    }
    await delay(POLL_MS);
  }
}

/** Sends each signal in turn until the server has ended, then SIGKILL, after which its data recover at the next start. */
async function stopProcess(pid: number, ...signals: NodeJS.Signals[]): Promise<void> {
  for (const [index, name] of [...signals, 'SIGKILL' as const].entries()) {
    signal(pid, name);
    if (await ended(pid, index === 0 ? FIRST_STOP_MS : NEXT_STOP_MS)) return;
  }
}

/** Where a copy of the package's programs stays from one start to the next. */
function sharedCopyFolder(programs: Programs): string {
  return path.join(tmpdir(), `confab-postgres-${programs.version}-${process.getuid?.() ?? 0}`);
}

function describeCluster(
  dataDir: string,
  server: Pick<Cluster, 'pid' | 'port' | 'socketDir' | 'version' | 'stop'> & Partial<Cluster>,
): Cluster {
  const host = '127.0.0.1';
  const password = readPassword(dataDir);
  const login = `${SUPERUSER}:${password}`;
  const urlFor = (database: string) => `postgres://${login}@${host}:${server.port}/${encodeURIComponent(database)}`;
  let stopping: Promise<void> | undefined;
  return {
    adopted: false,
    shared: false,
    ...server,
    host,
    user: SUPERUSER,
    password,
    adminUrl: urlFor('postgres'),
    urlFor,
    socketUrlFor: (database) =>
      `postgres://${login}@/${encodeURIComponent(database)}?host=${encodeURIComponent(server.socketDir)}&port=${server.port}`,
    stop: () => {
      stopping ??= server.stop();
      return stopping;
    },
  };
}
