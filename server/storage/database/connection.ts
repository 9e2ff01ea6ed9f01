import pg from 'pg';
import { traceStatements } from '../../tracing/traced-statements.ts';
import { type DatabaseTarget, isSocket, parseDatabaseUrl } from './database-url.ts';
import { DatabaseUrlError } from './database-url-error.ts';
import { PreferTlsClient, TidyClient } from './pg-clients.ts';
import { planTls } from './tls-options.ts';

/** Every step of reaching the database gives up after this, so that a start that cannot work ends within 10 seconds. */
const CONNECT_MS = 5000;
const IDLE_MS = 30_000;
const POOL_MAX = 6;

/**
 * The price of a random read against a sequential one that suits SSDs and memory. Postgres's own, 4, is for spinning
 * disks and makes it sort whole lists that an index would give it in order.
 */
const RANDOM_PAGE_COST = 1.1;

type DatabaseDriver = 'pg' | 'neon';

/** Whether a pooler in transaction mode lies before the server: to be found out, known not to, or known to. */
type PoolerSetting = 'auto' | 'none' | 'pgbouncer';

export interface PoolOptions {
  /** A `postgres://` URL. */
  url: string;
  driver?: DatabaseDriver | undefined;
  /** Has the certificate of a server on another machine verified when the URL does not say otherwise. */
  production?: boolean | undefined;
  /** The most connections at once; 6 without it. */
  max?: number | undefined;
  /** How the connections call themselves in `pg_stat_activity`. */
  applicationName?: string | undefined;
  pooler?: PoolerSetting | undefined;
  /** `host:port` of a plain WebSocket proxy for the Neon driver, in place of Neon's endpoint. */
  neonProxy?: string | undefined;
  /** Settings of every connection (`name: value`), made where no pooler is in between. */
  settings?: Record<string, string> | undefined;
  /** As many connections stay open when nobody needs them; 0 without it. */
  keep?: number | undefined;
  /** Told when an idle connection is lost. The pool replaces it by itself. */
  onError?: ((error: Error) => void) | undefined;
}

/** What a pool has learnt of its server from the connections made so far. */
interface Knowledge {
  database: string;
  pooled: boolean | undefined;
  randomPageCost: number | undefined;
}

const knowledge = new WeakMap<pg.Pool, Knowledge>();

/**
 * Makes a pool for `url`; nothing is connected yet. Behind a pooler in transaction mode no named statement leaves it
 * and no session setting is made: each new connection finds out first. A lost connection never ends the process.
 * @throws DatabaseUrlError with one sentence when the URL is of no use
 */
export async function createPool(options: PoolOptions): Promise<pg.Pool> {
  const target = parseDatabaseUrl(options.url);
  const { parameters } = target;
  const pooler = options.pooler ?? 'auto';
  const known: Knowledge = {
    database: target.database,
    pooled: pooler === 'pgbouncer' || parameters.pgbouncer === true ? true : pooler === 'none' ? false : undefined,
    randomPageCost: undefined,
  };
  const assumed = known.pooled;
  const config: pg.PoolConfig = {
    host: target.host,
    port: target.port,
    user: target.user,
    database: target.database,
    application_name: parameters.applicationName ?? options.applicationName ?? 'confab',
    max: options.max ?? POOL_MAX,
    connectionTimeoutMillis: Math.min(CONNECT_MS, (parameters.connectTimeoutS || Number.POSITIVE_INFINITY) * 1000),
    idleTimeoutMillis: IDLE_MS,
    min: options.keep ?? 0,
    keepAlive: true,
    options: parameters.options,
    verify: (client, done) => {
      settle(client, assumed, known, options.settings ?? {}).then(
        () => done(),
        (error: Error) => done(error),
      );
    },
  };
  const pool = await (options.driver === 'neon'
    ? neonPool(config, target, options.neonProxy)
    : pgPool(config, target, options.production ?? false));
  pool.on('error', options.onError ?? (() => {}));
  // A connection that breaks while it is checked out also fails its query, which is where it is dealt with.
  pool.on('connect', (client) => {
    client.on('error', () => {});
    traceStatements(client);
  });
  knowledge.set(pool, known);
  return pool;
}

/** Whether a pooler in transaction mode lies between this pool and its server; asks the server if it must. */
export async function detectPooler(pool: pg.Pool): Promise<boolean> {
  const known = await learn(pool);
  return known.pooled === true;
}

/**
 * What an operator had better change on the server, since it cannot be done per connection; `undefined` when nothing.
 */
export async function serverAdvice(pool: pg.Pool): Promise<string | undefined> {
  const { pooled, randomPageCost = 0, database } = await learn(pool);
  if (pooled !== true || randomPageCost <= 2) return undefined;
  return `The database plans for spinning disks (random_page_cost = ${randomPageCost}) and the pooler keeps Confab from saying otherwise: run ALTER DATABASE "${database}" SET random_page_cost = ${RANDOM_PAGE_COST};`;
}

async function learn(pool: pg.Pool): Promise<Knowledge> {
  const known = knowledge.get(pool);
  if (known === undefined) throw new TypeError('The pool was not made by createPool.');
  if (known.pooled === undefined || known.randomPageCost === undefined) (await pool.connect()).release();
  return known;
}

function pgPool(config: pg.PoolConfig, target: DatabaseTarget, production: boolean): pg.Pool {
  const { sslNegotiation, channelBinding } = target.parameters;
  const tls = planTls(target, production);
  return new pg.Pool({
    ...config,
    ssl: tls.options ?? false,
    // A function keeps the driver from looking for a password elsewhere when the URL has none.
    password: () => target.password ?? '',
    enableChannelBinding: channelBinding === 'prefer' || channelBinding === 'require',
    ...(sslNegotiation === 'direct' && tls.options !== undefined ? { sslnegotiation: 'direct' } : {}),
    Client: tls.mode === 'prefer' ? PreferTlsClient : TidyClient,
  });
}

/** The driver is loaded only where it is asked for. It is encrypted by its WebSocket, whatever `sslmode` says. */
async function neonPool(config: pg.PoolConfig, target: DatabaseTarget, proxy: string | undefined): Promise<pg.Pool> {
  if (isSocket(target.host)) {
    throw new DatabaseUrlError('DATABASE_URL names a Unix socket, which DATABASE_DRIVER=neon cannot use: use pg.');
  }
  const { createNeonPool } = await import('./neon-pool.ts');
  return createNeonPool({ ...config, password: target.password ?? '' }, proxy);
}

/** Prepares a new connection before anybody gets it. */
async function settle(
  client: pg.PoolClient,
  assumed: boolean | undefined,
  known: Knowledge,
  settings: Record<string, string>,
): Promise<void> {
  const { rows } = await client.query<{ pid: number; cost: string }>(
    "SELECT pg_backend_pid() AS pid, current_setting('random_page_cost') AS cost",
  );
  const { pid, cost } = rows[0]!;
  // A pooler introduces itself with a process id of its own making, and answers from whichever server is free.
  const pooled = assumed ?? (client as pg.PoolClient & { processID: number | null }).processID !== pid;
  known.pooled = pooled;
  known.randomPageCost = Number(cost);
  if (pooled) return withoutNames(client);
  const wanted = { ...settings };
  if (known.randomPageCost > RANDOM_PAGE_COST) wanted.random_page_cost = String(RANDOM_PAGE_COST);
  const names = Object.keys(wanted);
  if (names.length === 0) return;
  const calls = names.map((_, index) => `set_config($${index * 2 + 1}, $${index * 2 + 2}, false)`);
  await client.query(`SELECT ${calls.join(', ')}`, Object.entries(wanted).flat());
}

/**
 * Takes the names off the statements of a connection: behind a pooler the next statement may reach another server
 * process, which has never heard of the name.
 */
function withoutNames(client: pg.PoolClient): void {
  const query = client.query.bind(client) as (...args: unknown[]) => unknown;
  const nameless = (config: unknown, ...rest: unknown[]) => {
    if (typeof config !== 'object' || config === null || !('name' in config)) return query(config, ...rest);
    if (!('submit' in config)) return query({ ...config, name: undefined }, ...rest);
    (config as { name: unknown }).name = undefined;
    return query(config, ...rest);
  };
  client.query = nameless as typeof client.query;
}
