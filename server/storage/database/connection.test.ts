import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../lib/postgres-server/cluster.ts';
import { databaseUrl, withConnection } from '../../testing/databases.ts';
import { type NeonProxy, startNeonProxy } from '../../testing/neon-proxy.ts';
import { type PgBouncer, startPgBouncer } from '../../testing/pgbouncer.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { startTlsCluster, TEST_AUTHORITY_FILE } from '../../testing/postgres-tls.ts';
import { createPool, detectPooler, type PoolOptions, serverAdvice } from './connection.ts';
import { diagnoseConnectionError } from './connection-errors.ts';
import { sqlOn } from './sql.ts';

let database: TestDatabase;
const pools: pg.Pool[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.end()));
});
afterAll(() => database.drop());

async function open(options: Partial<PoolOptions> = {}): Promise<pg.Pool> {
  const pool = await createPool({ url: database.url, ...options });
  pools.push(pool);
  return pool;
}

async function ask(pool: pg.Pool, text: string): Promise<unknown> {
  const { rows } = await pool.query(text);
  return Object.values(rows[0] as object)[0];
}

/** What an operator would read if a start with these options failed. */
async function failureOf(options: Partial<PoolOptions>): Promise<string> {
  const began = performance.now();
  const pool = await open(options);
  const error = await pool.query('SELECT 1').then(
    () => expect.fail('connected'),
    (cause: unknown) => cause,
  );
  expect(performance.now() - began).toBeLessThan(10_000);
  return diagnoseConnectionError(error, options.url ?? database.url);
}

function withLogin(user: string, password: string): string {
  return database.url.replace(/\/\/[^@]*@/, `//${user}:${password}@`);
}

describe('a pool straight to the server', () => {
  test('holds at most six connections, which say who they are', async () => {
    const pool = await open();
    await Promise.all(Array.from({ length: 20 }, () => pool.query('SELECT 1')));
    expect(pool.totalCount).toBe(6);
    expect(await ask(pool, "SELECT current_setting('application_name')")).toBe('confab');
  });

  test('knows that no pooler is in between and has random reads priced for SSDs', async () => {
    const pool = await open();
    expect(await detectPooler(pool)).toBe(false);
    expect(await ask(pool, 'SHOW random_page_cost')).toBe('1.1');
    expect(await serverAdvice(pool)).toBeUndefined();
  });

  test('keeps named statements prepared', async () => {
    const pool = await open({ max: 1 });
    await pool.query({ name: 'one', text: 'SELECT 1' });
    expect(await ask(pool, 'SELECT count(*)::int FROM pg_prepared_statements')).toBe(1);
  });

  test('outlives its connections, also one that is lost in the middle of a transaction', async () => {
    const pool = await open();
    const client = await pool.connect();
    await client.query('BEGIN');
    const end = () =>
      withConnection(inject('postgres').adminUrl, (admin) =>
        admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [database.name]),
      );
    await end();
    await expect(client.query('SELECT 1')).rejects.toThrow();
    client.release(true);
    await pool.query('SELECT 1');
    const lost = once(pool, 'error');
    await end();
    await lost;
    expect(await ask(pool, 'SELECT 2')).toBe(2);
  });

  test('runs over a Unix socket', async ({ skip }) => {
    const { socketDir, adminUrl } = inject('postgres');
    if (socketDir === undefined) return skip('the server at TEST_DATABASE_URL is not ours');
    const { username, password, port } = new URL(adminUrl);
    const url = `postgres://${username}:${password}@/${database.name}?host=${socketDir}&port=${port}`;
    const pool = await open({ url, production: true });
    expect(await ask(pool, 'SELECT inet_server_addr() IS NULL')).toBe(true);
    const elsewhere = url.replace(socketDir, '/nonexistent');
    expect(await failureOf({ url: elsewhere })).toMatch(/no Unix socket \/nonexistent\/\.s\.PGSQL/);
  });
});

describe('a failed connection is explained', () => {
  test('nobody listens', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, 'close');
    expect(await failureOf({ url: `postgres://u:p@localhost:${port}/x` })).toMatch(/No Postgres answers/);
  });

  test('somebody listens and says nothing', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await failureOf({ url: `postgres://u:p@127.0.0.1:${port}/x?connect_timeout=1` })).toMatch(/no answer/);
    server.close();
  });

  test('what listens is no Postgres', async () => {
    const server = createServer((socket) => socket.end()).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    expect(await failureOf({ url: `postgres://u:p@127.0.0.1:${port}/x` })).toMatch(/those of a Postgres/);
    expect(await failureOf({ url: `postgres://u:p@127.0.0.1:${port}/x?sslmode=require` })).toMatch(/closed the conn/);
    server.close();
  });

  test('wrong password, unknown role, no password, unknown database, unknown host', async () => {
    expect(await failureOf({ url: withLogin('postgres', 'wrong') })).toMatch(/"postgres" or its password is refused/);
    expect(await failureOf({ url: withLogin('nobody_here', 'x') })).toMatch(/"nobody_here"/);
    expect(await failureOf({ url: database.url.replace(/:[^:@/]*@/, '@') })).toMatch(/DATABASE_URL has none for/);
    const missing = databaseUrl(database.url, 'not_there');
    expect(await failureOf({ url: missing })).toMatch(/CREATE DATABASE "not_there"/);
    expect(await failureOf({ url: 'postgres://u:p@no-such-host.invalid/x' })).toMatch(/"no-such-host.invalid"/);
  });
});

describe('TLS', () => {
  let secure: Cluster;
  let plainUrl: string;
  beforeAll(async () => {
    secure = await startTlsCluster();
    plainUrl = database.url;
  });
  afterAll(() => secure.stop());

  const encrypted = 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()';
  const at = (host: string, query: string) => `${secure.adminUrl.replace('127.0.0.1', host)}?${query}`;

  test.each([
    ['127.0.0.1', 'sslmode=disable', false],
    ['127.0.0.1', 'sslmode=prefer', true],
    ['127.0.0.1', 'sslmode=require', true],
    ['127.0.0.1', 'sslmode=require&sslnegotiation=postgres', true],
    ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${TEST_AUTHORITY_FILE}`, true],
    ['localhost', `sslmode=verify-full&sslrootcert=${TEST_AUTHORITY_FILE}`, true],
    ['localhost', 'sslmode=require&channel_binding=require', true],
  ])('at %s with %s the connection is encrypted: %#', async (host, query, expected) => {
    for (const production of [false, true]) {
      expect(await ask(await open({ url: at(host, query), production }), encrypted)).toBe(expected);
    }
  });

  test.each([
    ['localhost', 'sslmode=verify-full', /not trusted.*sslrootcert/],
    ['localhost', 'sslmode=verify-ca', /not trusted/],
    ['localhost', 'sslmode=require&sslrootcert=system', /not trusted/],
    ['127.0.0.1', `sslmode=verify-full&sslrootcert=${TEST_AUTHORITY_FILE}`, /not made out to "127.0.0.1"/],
  ])('at %s with %s the server is refused', async (host, query, expected) => {
    expect(await failureOf({ url: at(host, query) })).toMatch(expected);
  });

  test('a server without TLS is taken by prefer alone', async ({ skip }) => {
    if (inject('postgres').bin === undefined) return skip('the server at TEST_DATABASE_URL is not ours');
    expect(await ask(await open({ url: `${plainUrl}?sslmode=prefer` }), encrypted)).toBe(false);
    expect(await failureOf({ url: `${plainUrl}?sslmode=require` })).toMatch(/offers no TLS.*sslmode=disable/);
  });

  test('nobody listening is the same fault with prefer', async () => {
    expect(await failureOf({ url: 'postgres://u:p@127.0.0.1:1/x?sslmode=prefer' })).toMatch(/No Postgres answers/);
  });

  test('a certificate file that is missing or no certificate is refused before connecting', async () => {
    const withFile = (file: string) => open({ url: `${plainUrl}?sslmode=verify-full&sslrootcert=${file}` });
    await expect(withFile('/nonexistent.pem')).rejects.toThrow(/\/nonexistent\.pem.*ENOENT/);
    await expect(withFile(new URL(import.meta.url).pathname)).rejects.toThrow(/not in PEM form/);
  });
});

describe('behind pgbouncer in transaction mode', () => {
  let bouncer: PgBouncer;
  beforeAll(async () => {
    bouncer = await startPgBouncer(database.url);
  });
  afterAll(() => bouncer.stop?.());

  test('the pooler is noticed, and the server’s own price of random reads is reported', async ({ skip }) => {
    if (bouncer.url === undefined) return skip(bouncer.reason);
    const pool = await open({ url: bouncer.url });
    expect(await detectPooler(pool)).toBe(true);
    expect(await ask(pool, 'SHOW random_page_cost')).toBe('4');
    expect(await serverAdvice(pool)).toMatch(/ALTER DATABASE "confab_test_.*" SET random_page_cost = 1\.1;/);
  });

  test('statements with names run as statements without, on whichever server they meet', async ({ skip }) => {
    if (bouncer.url === undefined) return skip(bouncer.reason);
    const pool = await open({ url: bouncer.url });
    const run = (n: number) =>
      sqlOn(pool).query<{ n: number }>({ name: 'ask', text: 'SELECT $1::int AS n, pg_sleep(0.005)', values: [n] });
    const answers = await Promise.all(Array.from({ length: 60 }, (_, n) => run(n)));
    expect(answers.map(({ rows }) => rows[0]!.n)).toEqual(Array.from({ length: 60 }, (_, n) => n));
    expect(await ask(pool, 'SELECT count(*)::int FROM pg_prepared_statements')).toBe(0);
  });

  test('the settings say it without asking', async () => {
    const pool = await open({ pooler: 'pgbouncer' });
    expect(await detectPooler(pool)).toBe(true);
    await pool.query({ name: 'one', text: 'SELECT 1' });
    expect(await ask(pool, 'SELECT count(*)::int FROM pg_prepared_statements')).toBe(0);
    expect(await detectPooler(await open({ url: `${database.url}?pgbouncer=true` }))).toBe(true);
    expect(await detectPooler(await open({ pooler: 'none' }))).toBe(false);
  });

  test('a missing database, a wrong password and a refused setting are explained', async ({ skip }) => {
    if (bouncer.url === undefined) return skip(bouncer.reason);
    expect(await failureOf({ url: databaseUrl(bouncer.url, 'not_there') })).toMatch(/CREATE DATABASE "not_there"/);
    expect(await failureOf({ url: bouncer.url.replace(/:[^:@/]*@/, ':wrong@') })).toMatch(/refused/);
    expect(await failureOf({ url: `${bouncer.url}?options=-c%20jit=off` })).toMatch(/remove options=/);
  });
});

describe('Neon’s driver', () => {
  let proxy: NeonProxy;
  beforeAll(async () => {
    proxy = await startNeonProxy(database.url);
  });
  afterAll(() => proxy.stop());
  const neon = () => ({ driver: 'neon', neonProxy: proxy.address }) as const;

  test('reaches the server through a WebSocket', async () => {
    const pool = await open({ ...neon(), max: 1 });
    expect(await detectPooler(pool)).toBe(false);
    expect(await ask(pool, 'SHOW random_page_cost')).toBe('1.1');
    await pool.query({ name: 'one', text: 'SELECT 1' });
    expect(await ask(pool, 'SELECT count(*)::int FROM pg_prepared_statements')).toBe(1);
  });

  test('outlives a cut of its tunnels', async () => {
    const pool = await open(neon());
    await pool.query('SELECT 1');
    const lost = once(pool, 'error');
    proxy.cut();
    await lost;
    expect(await ask(pool, 'SELECT 2')).toBe(2);
  });

  test('explains a wrong password and an endpoint that is not there', async () => {
    expect(await failureOf({ ...neon(), url: withLogin('postgres', 'wrong') })).toMatch(/password is refused/);
    expect(await failureOf({ driver: 'neon', neonProxy: '127.0.0.1:1' })).toMatch(/No Postgres answers/);
  });

  test('cannot use a Unix socket', async () => {
    await expect(open({ ...neon(), url: 'postgres://u@/x?host=/run' })).rejects.toThrow(/Unix socket.*use pg/);
  });
});
