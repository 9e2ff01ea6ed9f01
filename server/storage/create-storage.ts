import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import type { SessionStore } from '../http/session-store/session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { openEmbedded } from '../lib/postgres-server/embedded.ts';
import { PostgresServerError } from '../lib/postgres-server/postgres-server-error.ts';
import { onItsOwn } from '../lib/request-scope.ts';
import { moveHouse } from '../moving/move-house.ts';
import { markMoved, readMovedMark } from '../moving/moved-mark.ts';
import type { MoveTo } from '../moving/operator-door.ts';
import { withProgress } from '../moving/progress.ts';
import { SwappableSessionStore } from '../moving/swappable-session-store.ts';
import { SwappableStorage } from '../moving/swappable-storage.ts';
import { serverAdvice } from './database/connection.ts';
import { diagnoseConnectionError } from './database/connection-errors.ts';
import { describeMove, readDatabaseMove } from './database/database-move.ts';
import { type DatabaseStorage, type DatabaseStorageOptions, openDatabaseStorage } from './database/database-storage.ts';
import { describeTarget, parseDatabaseUrl } from './database/database-url.ts';
import { DatabaseUrlError } from './database/database-url-error.ts';
import { migrateDatabase } from './database/migrate.ts';
import type { ReplicaNumbers } from './database/replica.ts';
import { logReplicaStates } from './database/replica-log.ts';
import { describeState, readSchemaState } from './database/schema-state.ts';
import { watchDatabaseMove } from './database/watch-database-move.ts';
import { MemStorage } from './memory/mem-storage.ts';
import { loadState, StateFileError, saveState } from './memory/state-file.ts';
import type { IStorage, StorageEnvironment } from './storage.ts';

/** The start cannot go on. The message is one sentence that says what is wrong and what mends it. */
export class StartError extends Error {
  override readonly name = 'StartError';
}

export type StorageConfig = Pick<
  Config,
  | 'databaseUrl'
  | 'databaseReplicaUrl'
  | 'databaseDriver'
  | 'databasePooler'
  | 'databasePoolMax'
  | 'storage'
  | 'production'
  | 'dataDir'
>;

/** Where this process keeps its data, ready for use. */
export interface OpenedStorage {
  storage: IStorage;
  /** Sign-in sessions, kept in the same place as everything else. */
  sessionStore: SessionStore;
  /** The pool of the storage, when it is a database. It belongs to the storage: `stop` ends it. */
  pool: pg.Pool | undefined;
  /** One plain line for a person: where the data is and, if it is not safe there, how to keep it. */
  note: string;
  /** How the replica does; undefined where there is none. */
  replicaNumbers?: (() => ReplicaNumbers | undefined) | undefined;
  /** Goes on in the database that is named; undefined where nothing is in memory. */
  moveTo?: MoveTo;
  /** Lets running work end, saves what is in memory, closes everything, and stops a Postgres of our own. */
  stop(): Promise<void>;
}

/** A database that does not even refuse has this long to answer; with the rest of the start it stays below 10 s. */
const ANSWER_MS = 8_000;

/** For how long requests may wait in the last step of a move before it is given up. */
const HOLD_MS = 20_000;

/**
 * Opens the storage that `DATABASE_URL` names: unset, memory; `embedded` or `embedded:DIR`, a Postgres of our own;
 * `postgres://…`, that database. What was named is what is used, or the start ends.
 * @throws StartError
 */
export async function createStorage(
  config: StorageConfig,
  log: Logger,
  env: StorageEnvironment = systemEnvironment,
): Promise<OpenedStorage> {
  const { databaseUrl, storage, production } = config;
  refuseUselessReplica(config);
  if (databaseUrl === undefined) {
    if (production && storage !== 'memory') {
      throw new StartError(
        'DATABASE_URL is not set: in production name a Postgres in it, or set STORAGE=memory if all data may be lost when this process is killed.',
      );
    }
    return openMemory(config, log, env);
  }
  if (storage === 'memory') {
    throw new StartError('STORAGE=memory and DATABASE_URL contradict each other: remove one of them.');
  }
  const [embedded, folder] = /^embedded(?::(.+))?$/s.exec(databaseUrl) ?? [];
  if (embedded !== undefined) return openOwnPostgres(folder ?? join(config.dataDir, 'pg'), config, log, env);
  return openPostgres(databaseUrl, config, log, env);
}

/** A replica that is away is waited for; one that cannot ever be used is a mistake that is told at once. */
function refuseUselessReplica({ databaseUrl, databaseReplicaUrl }: StorageConfig): void {
  if (databaseReplicaUrl === undefined) return;
  if (!databaseUrl?.startsWith('postgres')) {
    throw new StartError(
      'DATABASE_REPLICA_URL is set, but DATABASE_URL names no Postgres that it could be a replica of.',
    );
  }
  try {
    parseDatabaseUrl(databaseReplicaUrl);
  } catch (error) {
    if (!(error instanceof DatabaseUrlError)) throw error;
    throw new StartError(error.message.replaceAll('DATABASE_URL', 'DATABASE_REPLICA_URL'));
  }
}

async function openMemory(config: StorageConfig, log: Logger, env: StorageEnvironment): Promise<OpenedStorage> {
  const { dataDir } = config;
  const moved = readMovedMark(dataDir);
  if (moved !== undefined) {
    throw new StartError(
      `The data have been moved to ${moved.to}: set DATABASE_URL to it, or remove ${moved.file} to start in memory again.`,
    );
  }
  const file = join(dataDir, 'memory-state.jsonl');
  const saved = await loadState(file, env).catch((error: unknown) => {
    throw error instanceof StateFileError ? new StartError(error.message) : error;
  });
  const memory = saved?.storage ?? new MemStorage(env);
  // After a crash it is what an earlier stop has left: whoever misses the rest is told of when it is.
  const savedAt = saved && (await stat(file)).mtime.toISOString().replace(/T(.*)\..*$/, ' at $1 UTC');
  const memorySessions = createMemorySessionStore(env.now);
  await memorySessions.restore(saved?.sessions ?? []);
  const storage = new SwappableStorage(memory);
  const sessionStore = new SwappableSessionStore(memorySessions);
  let database: OpenedStorage | undefined;
  const moveTo: MoveTo = async (url, say) => {
    if (database !== undefined) throw new Error('The data are in a database already');
    const target = await openTarget(url, config, log, env);
    try {
      const moving = { storage, sessionStore, from: memory, to: target, holdMsMax: HOLD_MS, say };
      const { rows, heldMs } = await withProgress(say, (progress) => moveHouse({ ...moving, progress }));
      database = target;
      markMoved(dataDir, describeTarget(url));
      log.info({ event: 'storage.moved', rows, heldMs: Math.round(heldMs) });
      return `Moved ${rows} rows; requests waited ${Math.round(heldMs)} ms. Set DATABASE_URL to ${describeTarget(url)} with its password before the next start.`;
    } catch (error) {
      await target.stop();
      throw error;
    }
  };
  return {
    storage,
    sessionStore,
    moveTo,
    pool: undefined,
    note: `Data is in memory${savedAt === undefined ? '' : ` as it was saved on ${savedAt},`} and is written to ${file} when the server is stopped, but not when it is killed; to keep it safe, start with DATABASE_URL=embedded, or name a Postgres in DATABASE_URL.`,
    stop: async () => {
      if (database !== undefined) return database.stop();
      await memory.close();
      await saveState(memory, file, { sessions: memorySessions.entries() });
      memorySessions.close();
    },
  };
}

/** A database to move to, with the tables of this version. @throws Error with one sentence */
async function openTarget(
  url: string,
  config: StorageConfig,
  log: Logger,
  env: StorageEnvironment,
): Promise<OpenedStorage> {
  if (!/^postgres(ql)?:/.test(url)) throw new StartError('Only a database can be moved to: postgres://…');
  try {
    await migrateDatabase({ url, driver: config.databaseDriver, pooler: config.databasePooler });
  } catch (error) {
    throw new StartError(diagnoseConnectionError(error, url));
  }
  return openPostgres(url, config, log, env);
}

/** The Postgres of `embedded` belongs to Confab, so Confab also creates and migrates its tables by itself. */
async function openOwnPostgres(
  folder: string,
  config: StorageConfig,
  log: Logger,
  env: StorageEnvironment,
): Promise<OpenedStorage> {
  const server = await openEmbedded(folder).catch((error: unknown) => {
    throw error instanceof PostgresServerError ? new StartError(error.message) : error;
  });
  try {
    const { storage, state } = await connect(
      { url: server.url, pooler: 'none', max: config.databasePoolMax, env },
      log,
    );
    if (state.kind === 'empty' || state.kind === 'behind') await migrateDatabase({ url: server.url, pooler: 'none' });
    else if (state.kind !== 'current') await refuse(storage, describeState(state));
    const note = `Data is in a Postgres ${server.version} of Confab's own, in ${folder}.`;
    const opened = withSessions(storage, log, note);
    return {
      ...opened,
      stop: async () => {
        await opened.stop();
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function openPostgres(
  url: string,
  config: StorageConfig,
  log: Logger,
  env: StorageEnvironment,
): Promise<OpenedStorage> {
  const { databaseDriver: driver, databasePooler: pooler, databasePoolMax: max, production } = config;
  const { databaseReplicaUrl } = config;
  const replica =
    databaseReplicaUrl === undefined ? undefined : { url: databaseReplicaUrl, onState: logReplicaStates(log) };
  const options = { url, driver, pooler, max, production, env, replica };
  const { storage, state, version } = await connect(options, log);
  if (state.kind !== 'current') await refuse(storage, describeState(state));
  const advice = await serverAdvice(storage.pool);
  if (advice !== undefined) log.warn({ event: 'database.advice', advice });
  const besides = databaseReplicaUrl
    ? ` Reports and searches are read from its replica at ${describeTarget(databaseReplicaUrl)}.`
    : '';
  return {
    ...withSessions(storage, log, `Data is in Postgres ${version} at ${describeTarget(url)}.${besides}`),
    replicaNumbers: replica && (() => storage.replicaNumbers),
  };
}

/** A storage whose database has answered, and what is in it. */
async function connect(options: DatabaseStorageOptions, log: Logger) {
  const watch = watchDatabaseMove(describeTarget(options.url), log);
  const onError = (error: Error) => {
    // Of no request, whichever it was that opened the connection.
    onItsOwn(() => log.warn({ event: 'database.connection-lost', reason: error.message }));
    if (storage !== undefined) watch(storage.pool);
  };
  let storage: DatabaseStorage | undefined;
  try {
    storage = await openDatabaseStorage({ ...options, onError });
    const { pool } = storage;
    const asking = async () => {
      const state = await readSchemaState(pool);
      const { rows } = await pool.query<{ server_version: string }>('show server_version');
      return { state, version: rows[0]!.server_version.split(' ')[0]!, move: await readDatabaseMove(pool) };
    };
    const answer = await inTime(asking());
    if (answer.move !== undefined) await refuse(storage, describeMove(answer.move, describeTarget(options.url)));
    return { storage, ...answer };
  } catch (error) {
    // Not awaited: a connection that never answers would hold up the sentence.
    if (error instanceof StartError) throw error;
    storage?.close().catch(() => {});
    throw new StartError(diagnoseConnectionError(error, options.url));
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const overdue = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), ANSWER_MS);
  });
  try {
    return await Promise.race([answer, overdue]);
  } finally {
    clearTimeout(timer);
    // Answered or not, nobody waits for it any more.
    answer.catch(() => {});
  }
}

async function refuse(storage: DatabaseStorage, sentence: string): Promise<never> {
  await storage.close();
  throw new StartError(sentence);
}

function withSessions(storage: DatabaseStorage, log: Logger, note: string): OpenedStorage {
  const { pool } = storage;
  const sessionStore = createDatabaseSessionStore({ pool, log });
  return {
    storage,
    sessionStore,
    pool,
    note,
    stop: async () => {
      sessionStore.close();
      await storage.close();
    },
  };
}
