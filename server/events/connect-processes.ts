import type pg from 'pg';
import type { Config } from '../config.ts';
import type { Deps } from '../deps.ts';
import type { Realtime } from '../realtime/server.ts';
import { StartError } from '../storage/create-storage.ts';
import { detectPooler } from '../storage/database/connection.ts';
import { diagnoseConnectionError } from '../storage/database/connection-errors.ts';
import { startChangePoller } from './change-poller.ts';
import { createNotifyTransport } from './notify-transport.ts';
import { createRedisTransport } from './redis-transport.ts';
import { Relay } from './relay.ts';
import type { RelayTransport } from './relay-transport.ts';

/** How what happens in other processes is heard. */
export interface ProcessesState {
  /** `nothing`: there can be no other; `looking`: by looking for changes every second. */
  by: 'nothing' | 'notify' | 'redis' | 'looking';
  /** Whether it is heard just now. */
  connected: boolean;
  /** How many others are known to be there. */
  peers: number;
}

export interface ConnectedProcesses {
  /** One plain line for a person, where what happens elsewhere is heard late; undefined when it is heard at once. */
  note: string | undefined;
  state(): ProcessesState;
  /** Says goodbye to the others. To be called when the sockets are closed, and before storage is. */
  close(): Promise<void>;
}

export interface ConnectProcessesOptions {
  deps: Pick<Deps, 'config' | 'storage' | 'bus' | 'log' | 'now'>;
  /** The pool of the storage; undefined for one that no other process can share. */
  pool: pg.Pool | undefined;
  realtime: Pick<Realtime, 'makeUpForGap' | 'watchedClients'>;
}

/**
 * Has the events of all processes on one database reach the sockets of all. When it resolves, everything that happens
 * elsewhere from then on is heard, so the port may be opened.
 * @throws StartError
 */
export async function connectProcesses(options: ConnectProcessesOptions): Promise<ConnectedProcesses> {
  const { deps, pool, realtime } = options;
  const { bus, storage, log } = deps;
  // A Postgres of Confab's own has one server process.
  const isShared = pool !== undefined && !deps.config.databaseUrl?.startsWith('embedded');
  if (!isShared) return { note: undefined, state: () => stateOf('nothing'), close: async () => {} };
  const transport = await chooseTransport(deps.config, pool).catch((error: unknown) => {
    throw error instanceof StartError ? error : refusal(deps.config, error);
  });
  if (transport === undefined) {
    const poller = startChangePoller({ ...deps, watchedClients: realtime.watchedClients });
    return {
      note: 'A pooler stands before the database, so what happens in other server processes is noticed up to a second later; name the database itself in DATABASE_DIRECT_URL, or a Redis in REDIS_URL, to hear it at once.',
      state: () => stateOf('looking'),
      close: () => poller.stop(),
    };
  }
  const relay = new Relay({ bus, storage, transport, log, onGap: realtime.makeUpForGap });
  try {
    await relay.start();
  } catch (error) {
    await relay.close();
    throw refusal(deps.config, error);
  }
  const by = deps.config.redisUrl === undefined ? 'notify' : 'redis';
  return { note: undefined, state: () => stateOf(by, relay), close: () => relay.close() };
}

function stateOf(by: ProcessesState['by'], { connected, peers }: Pick<Relay, 'connected' | 'peers'> = alone) {
  return { by, connected, peers };
}

const alone = { connected: true, peers: 0 };

/** Undefined where nothing can be heard: behind a pooler in transaction mode. @throws StartError */
async function chooseTransport(config: Config, pool: pg.Pool): Promise<RelayTransport | undefined> {
  const { redisUrl, databaseDirectUrl, databaseDriver, databasePooler, production } = config;
  if (redisUrl !== undefined) return createRedisTransport(redisUrl, `confab:relay:${await installationOf(pool)}`);
  const common = { driver: databaseDriver, production };
  if (databaseDirectUrl === undefined) {
    if (await detectPooler(pool)) return undefined;
    const { transport } = await createNotifyTransport({ ...common, url: config.databaseUrl!, pooler: databasePooler });
    return transport;
  }
  const direct = await createNotifyTransport({ ...common, url: databaseDirectUrl, pooler: 'auto' });
  if (direct.pooled) {
    await direct.transport.close();
    throw new StartError('DATABASE_DIRECT_URL leads through a pooler too: name the database itself, or remove it.');
  }
  return direct.transport;
}

function refusal({ redisUrl, databaseDirectUrl, databaseUrl }: Config, error: unknown): StartError {
  if (redisUrl !== undefined) {
    const { host } = new URL(redisUrl);
    return new StartError(`The Redis of REDIS_URL at ${host} cannot be used (${(error as Error).message}).`);
  }
  if (databaseDirectUrl === undefined) return new StartError(diagnoseConnectionError(error, databaseUrl!));
  const diagnosis = diagnoseConnectionError(error, databaseDirectUrl);
  return new StartError(diagnosis.replaceAll('DATABASE_URL', 'DATABASE_DIRECT_URL'));
}

/** What tells the processes of this installation from those of others that use the same Redis. */
async function installationOf(pool: pg.Pool): Promise<string> {
  const { rows } = await pool
    .query<{ id: string }>("SELECT system_identifier || '/' || current_database() AS id FROM pg_control_system()")
    // Some providers keep it to themselves; then the name has to do.
    .catch(() => pool.query<{ id: string }>('SELECT current_database() AS id'));
  return rows[0]!.id;
}
