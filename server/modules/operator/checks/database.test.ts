import type { Pool } from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { createPool, type PoolOptions } from '../../../storage/database/connection.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../../../testing/postgres.ts';
import { type CheckResult, runChecks } from '../check.ts';
import { type DatabaseCheckDeps, databaseChecks } from './database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const pools: Pool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.end();
});

async function openPool(options: Partial<PoolOptions> = {}): Promise<Pool> {
  const pool = await createPool({ url: database.url, max: 8, ...options });
  pools.push(pool);
  return pool;
}

const roomy = async () => ({ bsize: 4096, blocks: 100_000_000, bavail: 50_000_000 });

async function look(given: Partial<DatabaseCheckDeps> = {}): Promise<Record<string, CheckResult>> {
  const pool = given.pool ?? (await openPool());
  const results = await runChecks(databaseChecks({ pool, now: () => new Date(), statfs: roomy, ...given }));
  return Object.fromEntries(results.map((result) => [result.id.replace('database-', ''), result]));
}

test('a database as it should be is well in every respect', async () => {
  const found = await look();
  expect(Object.values(found).filter(({ verdict }) => verdict !== 'green')).toEqual([]);
  expect(found.version?.seen).toMatch(/^Postgres \d+/);
  expect(found.disk?.seen).toMatch(/takes \d+ .*50 %/);
});

test.each([
  ['ahead', 90_000],
  ['behind', -90_000],
])('a clock that is %s of the database’s is told, with by how much', async (_name, skewMs) => {
  const { clock } = await look({ now: () => new Date(Date.now() + skewMs) });
  expect(clock).toMatchObject({ verdict: 'yellow', advice: expect.stringContaining('NTP') });
  const told = Number(/by (\d+) ms/.exec(clock!.seen)?.[1]);
  expect(Math.abs(told - 90_000)).toBeLessThan(1_000);
});

test('tables of another version are told, with the command that mends them', async () => {
  const empty = await createEmptyDatabase();
  const pool = await createPool({ url: empty.url });
  try {
    const { migrations } = await look({ pool });
    expect(migrations).toMatchObject({ verdict: 'red', advice: expect.stringContaining('npm run db:migrate') });
  } finally {
    await pool.end();
    await empty.drop();
  }
});

test('a Postgres that is too old is told', async () => {
  const rows = [{ version: '14.9', number: 140_009 }];
  const pool = { query: async () => ({ rows }) } as unknown as Pool;
  const checks = databaseChecks({ pool, now: () => new Date() }).filter(({ id }) => id === 'database-version');
  const [version] = await runChecks(checks);
  expect(version).toMatchObject({ verdict: 'red', seen: 'Postgres 14.9.' });
});

test('a server whose connections are used up is told, and so are callers that wait and transactions that stay open', async () => {
  const figures = { used: 5, most: 100, slowest: 0.2 };
  const verdictOf = async (more: Partial<typeof figures>, waitingCount = 0) => {
    const query = async () => ({ rows: [{ ...figures, ...more }] });
    const pool = { query, totalCount: 6, idleCount: 0, waitingCount } as unknown as Pool;
    const checks = databaseChecks({ pool, now: () => new Date() }).filter(({ id }) => id === 'database-pool');
    return (await runChecks(checks))[0]!.verdict;
  };
  expect(await verdictOf({})).toBe('green');
  expect(await verdictOf({ used: 95 })).toBe('red');
  expect(await verdictOf({}, 3)).toBe('yellow');
  expect(await verdictOf({ slowest: 45 })).toBe('yellow');
});

test('a transaction that is left open is seen', async () => {
  const pool = await openPool();
  const client = await pool.connect();
  await client.query('BEGIN');
  const { pool: found } = await look({ pool });
  await client.query('ROLLBACK');
  client.release();
  expect(found?.seen).toMatch(/the longest transaction runs for \d+\.\d s/);
});

test('a database that plans for spinning disks is told, with the statement that mends it', async () => {
  const pool = await openPool({ url: `${database.url}?options=-c%20random_page_cost%3D4`, pooler: 'pgbouncer' });
  const { 'random-page-cost': cost } = await look({ pool });
  expect(cost).toMatchObject({ verdict: 'yellow', seen: expect.stringContaining('is 4 ') });
  expect(cost?.advice).toContain(`ALTER DATABASE "${database.name}" SET random_page_cost = 1.1;`);
});

test('a disk of the database that is full is told, and one that cannot be seen is not made up', async () => {
  const full = await look({ statfs: async () => ({ bsize: 4096, blocks: 1_000_000, bavail: 10_000 }) });
  expect(full.disk).toMatchObject({ verdict: 'red', seen: expect.stringContaining('1 %') });
  const unseen = await look({ statfs: () => Promise.reject(new Error('no such folder')) });
  expect(unseen.disk).toMatchObject({ verdict: 'green', seen: expect.stringContaining('cannot be seen') });
});

test('a database that is away is red in every respect, in time', async () => {
  const pool = await openPool({ url: 'postgres://nobody@127.0.0.1:1/none' });
  const found = await look({ pool });
  expect(new Set(Object.values(found).map(({ verdict }) => verdict))).toEqual(new Set(['red']));
});

test('the checks do not take themselves for callers that wait', async () => {
  const { pool: found } = await look({ pool: await openPool({ max: 1 }) });
  expect(found).toMatchObject({ verdict: 'green', seen: expect.stringContaining(' 0 waiting') });
});
