import { type ChildProcess, execFileSync, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { clusterFolder } from './cluster-files.ts';
import { type EmbeddedPostgres, openEmbedded } from './embedded.ts';
import { readPostmaster } from './postmaster-file.ts';
import { ended, isAlive } from './processes.ts';

const OWNER = fileURLToPath(new URL('./owner.fixture.ts', import.meta.url));

let seed: string;
let parent: string;
let dir: string;
const opened: EmbeddedPostgres[] = [];
const owners: ChildProcess[] = [];

// Only root may enter the parent when root runs the tests, and the account that Postgres then gets may not.
beforeAll(async () => {
  seed = mkdtempSync(path.join(tmpdir(), 'confab-embedded-seed-'));
  await (await openEmbedded(path.join(seed, 'pg'))).stop();
});
afterAll(() => rmSync(seed, { recursive: true }));

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'confab-embedded-'));
  dir = path.join(parent, 'data', 'pg');
});

/** Lays out data that an earlier run made and stopped, which is quicker than making them anew. */
function useSeed(): void {
  execFileSync('cp', ['-a', seed, path.join(parent, 'data')]);
}

afterEach(async () => {
  for (const owner of owners.splice(0)) owner.kill('SIGKILL');
  await Promise.all(opened.splice(0).map((postgres) => postgres.stop()));
  const left = readPostmaster(clusterFolder(dir));
  if (left?.running) await (await openEmbedded(dir)).stop();
  rmSync(parent, { recursive: true });
});

async function open(options?: Parameters<typeof openEmbedded>[1]): Promise<EmbeddedPostgres> {
  const postgres = await openEmbedded(dir, options);
  opened.push(postgres);
  return postgres;
}

/** Another process that opens the same folder. */
async function startOwner(): Promise<{ owner: ChildProcess; url?: string; error?: string }> {
  const owner = fork(OWNER, ['embedded', dir], { execArgv: ['--import', 'tsx'] });
  owners.push(owner);
  const [answer] = (await once(owner, 'message')) as [{ url?: string; error?: string }];
  return { owner, ...answer };
}

function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  return withConnection(url, async (client) => (await client.query<T>(text)).rows);
}

function postmasterPid(): number {
  return readPostmaster(clusterFolder(dir))?.pid ?? 0;
}

test('an empty folder becomes a durable server of the package’s version with an empty database', async () => {
  const postgres = await open();
  expect(postgres).toMatchObject({ adopted: false, version: expect.stringMatching(/^18\./) });
  expect(new URL(postgres.url)).toMatchObject({ hostname: '127.0.0.1', pathname: '/confab' });
  expect(
    await query(postgres.url, "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'listen_addresses')"),
  ).toEqual([
    { name: 'fsync', setting: 'on' },
    { name: 'listen_addresses', setting: '127.0.0.1' },
  ]);
});

test('nobody gets in without the password, which only its owner can read', async () => {
  useSeed();
  const { url } = await open();
  const { password } = new URL(url);
  expect(password).toMatch(/^.{32}$/);
  await expect(query(url.replace(password, 'guess'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  expect(statSync(path.join(clusterFolder(dir), 'confab.password')).mode & 0o777).toBe(0o600);
  expect(statSync(clusterFolder(dir)).mode & 0o077).toBe(0);
});

test('after a stop nothing runs and nothing but the data is left; they are there at the next start', async () => {
  const first = await open();
  await query(first.url, 'CREATE TABLE kept AS SELECT 7 AS n');
  const postmaster = readPostmaster(clusterFolder(dir))!;
  await first.stop();
  expect(isAlive(postmaster.pid)).toBe(false);
  expect(existsSync(postmaster.socketDir!)).toBe(false);
  const second = await open();
  expect(await query(second.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
});

test('the server of a killed process is adopted, and stopped by the one that adopted it', async () => {
  useSeed();
  const { owner, url } = await startOwner();
  await query(url!, 'CREATE TABLE kept AS SELECT 7 AS n');
  const pid = postmasterPid();
  owner.kill('SIGKILL');
  await once(owner, 'exit');
  const postgres = await open();
  expect(postgres).toMatchObject({ adopted: true, url });
  expect(postmasterPid()).toBe(pid);
  expect(await query(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
  await postgres.stop();
  expect(isAlive(pid)).toBe(false);
});

test('when the server is killed too, every committed row is there at the next start', async () => {
  useSeed();
  const { owner, url } = await startOwner();
  await query(url!, 'CREATE TABLE kept AS SELECT 7 AS n');
  const pid = postmasterPid();
  owner.kill('SIGKILL');
  process.kill(pid, 'SIGKILL');
  expect(await ended(pid, 5000)).toBe(true);
  const postgres = await open();
  expect(postgres.adopted).toBe(false);
  expect(await query(postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 7 }]);
});

describe('the server ends with the process that owns it', () => {
  test.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('on %s', async (name) => {
    useSeed();
    const { owner } = await startOwner();
    const pid = postmasterPid();
    owner.kill(name);
    const [, by] = await once(owner, 'exit');
    expect(by).toBe(name);
    expect(isAlive(pid)).toBe(false);
  });

  test('on an exit without a word', async () => {
    useSeed();
    const { owner } = await startOwner();
    const pid = postmasterPid();
    owner.send('exit');
    await once(owner, 'exit');
    expect(await ended(pid, 10_000)).toBe(true);
    expect((await open()).adopted).toBe(false);
  });
});

describe('one folder, two processes', () => {
  const inUse =
    /^The data folder .*pg is in use by another Confab: stop that one first, .*DATABASE_URL=embedded:DIR\.$/;

  test('the second is refused in one sentence, and the first goes on', async () => {
    useSeed();
    const postgres = await open();
    const { error } = await startOwner();
    expect(error).toMatch(inUse);
    expect(await query(postgres.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('the folder stays claimed when the server restarts itself after a crash inside', async () => {
    useSeed();
    const { url } = await open();
    const lock = () =>
      query(url, "SELECT count(*)::int AS n FROM pg_locks WHERE locktype = 'advisory'").catch(() => []);
    const [backend] = await query<{ pid: number }>(
      url,
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'",
    );
    process.kill(backend!.pid, 'SIGKILL');
    await expect.poll(lock, { timeout: 15_000 }).toEqual([]);
    await expect.poll(lock, { timeout: 15_000 }).toEqual([{ n: 1 }]);
    expect((await startOwner()).error).toMatch(inUse);
  });

  test('of two that start at once on an empty folder, one is refused', async () => {
    const answers = await Promise.all([startOwner(), startOwner()]);
    expect(answers.filter(({ url }) => url !== undefined)).toHaveLength(1);
    expect(answers.find(({ error }) => error !== undefined)?.error).toMatch(inUse);
  });

  test('a command may share the server, and leaves it running', async () => {
    useSeed();
    const { url } = await startOwner();
    const shared = await open({ whenOwned: 'share' });
    expect(shared.url).toBe(url);
    await shared.stop();
    expect(await query(url!, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });

  test('one that starts while the other stops waits and takes over', async () => {
    useSeed();
    const first = await open();
    const [second] = await Promise.all([open(), first.stop()]);
    expect(await query(second.url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
  });
});

test('a leftover note of a server whose process id somebody else has by now is no server', async () => {
  useSeed();
  await (await open()).stop();
  writeFileSync(path.join(clusterFolder(dir), 'postmaster.pid'), `${process.pid}\n${dir}\n0\n5432\n/tmp\n127.0.0.1\n`);
  expect((await open()).adopted).toBe(false);
});

test('an attempt that was killed before the data were whole does not get in the way', async () => {
  mkdirSync(path.join(dir, 'cluster.unfinished-x'), { recursive: true });
  writeFileSync(path.join(dir, 'cluster.unfinished-x', 'PG_VERSION'), '18');
  expect(await query((await open()).url, 'SELECT 1 AS n')).toEqual([{ n: 1 }]);
});

test('data of a version that is not at hand are left alone', async () => {
  mkdirSync(clusterFolder(dir), { recursive: true });
  writeFileSync(path.join(clusterFolder(dir), 'PG_VERSION'), '13\n');
  await expect(open()).rejects.toThrow(/written by Postgres 13 and cannot be opened by Postgres 18\.\d+: install/);
});

test('a folder that cannot be made, or holds something else, is named', async () => {
  writeFileSync(path.join(parent, 'data'), '');
  await expect(open()).rejects.toThrow(/^The data folder .* cannot be used \(ENOTDIR.*\)\.$/);
  rmSync(path.join(parent, 'data'));
  mkdirSync(path.join(clusterFolder(dir), 'something'), { recursive: true });
  await expect(open()).rejects.toThrow(/^The data folder .* cannot be used \(ENOTEMPTY.*\)\.$/);
});
