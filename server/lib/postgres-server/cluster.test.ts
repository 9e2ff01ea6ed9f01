import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { withConnection } from '../../testing/databases.ts';
import { type Cluster, type ClusterOptions, startCluster } from './cluster.ts';
import { findPrograms } from './find-programs.ts';
import { findMachinePrograms } from './machine-programs.ts';
import { findPackagePrograms } from './package-programs.ts';
import { ended, isAlive } from './processes.ts';
import { sweepTempFolders } from './temp-folders.ts';

const OWNER = fileURLToPath(new URL('./owner.fixture.ts', import.meta.url));
const clusters: Cluster[] = [];
afterEach(async () => {
  await Promise.all(clusters.splice(0).map((cluster) => cluster.stop()));
});

/** A throw-away server of the run's own programs, unless told otherwise. */
async function start(options: Partial<ClusterOptions> = {}): Promise<Cluster> {
  const programs = await findPrograms({ bin: inject('postgres').bin, searchPath: process.env.PATH });
  const cluster = await startCluster({ programs, durable: false, ...options });
  clusters.push(cluster);
  return cluster;
}

async function startOwner(): Promise<{ owner: ChildProcess; pid: number; socketDir: string }> {
  const { bin } = await findPrograms({ bin: inject('postgres').bin, searchPath: process.env.PATH });
  const owner = fork(OWNER, ['throwaway', bin], { execArgv: ['--import', 'tsx'] });
  const [answer] = (await once(owner, 'message')) as [{ pid: number; socketDir: string }];
  return { owner, ...answer };
}

function query<T extends pg.QueryResultRow>(url: string, text: string): Promise<T[]> {
  return withConnection(url, async (client) => (await client.query<T>(text)).rows);
}

describe('a throw-away server', () => {
  let shared: Cluster;
  beforeAll(async () => {
    shared = await start();
    clusters.splice(0);
  });
  afterAll(() => shared.stop());

  test.each(['machine', 'package'] as const)('starts from the programs of the %s', async (origin) => {
    const programs = origin === 'package' ? findPackagePrograms() : (await findMachinePrograms(process.env.PATH))[0];
    // A machine without a Postgres is one of the two supported kinds; the package is then what all tests run on.
    if (programs === undefined) return;
    const { adminUrl, version } = await start({ programs });
    expect(version).toBe(programs.version);
    expect(await query(adminUrl, "SELECT split_part(version(), ' ', 2) AS version")).toEqual([{ version }]);
  });

  test('is quick rather than durable, listens on loopback and asks for a password', async () => {
    const { adminUrl, password } = shared;
    expect(await query(adminUrl, 'SHOW fsync')).toEqual([{ fsync: 'off' }]);
    expect(await query(adminUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '127.0.0.1' }]);
    await expect(query(adminUrl.replace(password, 'guess'), 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  test('sorts text by code point and knows the letters of every language', async () => {
    const { adminUrl } = shared;
    expect(
      await query(
        adminUrl,
        "SELECT 'Z' < 'a' AS sorted, lower('ÄŁΩ') AS lower, to_tsvector('simple', 'ÄPFEL')::text AS words",
      ),
    ).toEqual([{ sorted: true, lower: 'äłω', words: "'äpfel':1" }]);
  });

  test('takes settings, and keeps data durable when told to', async () => {
    const { adminUrl } = await start({ durable: true, settings: { work_mem: '5MB' } });
    expect(await query(adminUrl, 'SHOW work_mem')).toEqual([{ work_mem: '5MB' }]);
    expect(await query(adminUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  });

  test('answers on its Unix socket', async () => {
    const { socketDir, port, user, password } = shared;
    const url = `postgres://${user}:${password}@localhost:${port}/postgres?host=${socketDir}`;
    expect(await query(url, 'SELECT inet_server_addr() IS NULL AS local')).toEqual([{ local: true }]);
  });

  test('leaves neither process nor folder after a stop, however often it is asked to', async () => {
    const { pid, socketDir, stop } = await start();
    await Promise.all([stop(), stop()]);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(socketDir)).toBe(false);
  });

  test('leaves neither when its process is killed', async () => {
    const { owner, pid, socketDir } = await startOwner();
    owner.kill('SIGKILL');
    expect(await ended(pid, 10_000)).toBe(true);
    await expect.poll(() => existsSync(socketDir), { timeout: 10_000 }).toBe(false);
  });

  test('says so when its port is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    await expect(start({ port })).rejects.toThrow(
      `Postgres could not start: port ${port} on 127.0.0.1 is in use by another program.`,
    );
    server.close();
  });

  test('says why when it cannot start', async () => {
    await expect(start({ settings: { shared_buffers: '1kB' } })).rejects.toThrow(
      /^Postgres could not start on .*: .*shared_buffers.*$/,
    );
  });
});

describe('the sweep of temp folders', () => {
  /** Has a folder look as if its process had been killed. */
  function forget(folder: string): void {
    const { pid } = spawnSync('/bin/true');
    writeFileSync(path.join(folder, 'owner.json'), JSON.stringify({ pid, host: hostname() }));
  }

  test('leaves the folders of living processes alone', async () => {
    const { socketDir } = await start();
    expect(await sweepTempFolders()).not.toContain(socketDir);
    expect(existsSync(socketDir)).toBe(true);
  });

  test('removes those of killed processes, and stops the servers in them', async () => {
    const { socketDir, pid } = await start();
    forget(socketDir);
    expect(await sweepTempFolders()).toContain(socketDir);
    expect(isAlive(pid)).toBe(false);
    expect(existsSync(socketDir)).toBe(false);
  });

  test('leaves the socket of a durable server to whoever adopts it', async () => {
    const dataDir = mkdtempSync(path.join(tmpdir(), 'confab-durable-'));
    const { socketDir, stop } = await start({ dataDir });
    forget(socketDir);
    expect(await sweepTempFolders()).not.toContain(socketDir);
    expect(readdirSync(socketDir).some((name) => name.startsWith('.s.PGSQL.'))).toBe(true);
    await stop();
    expect(existsSync(socketDir)).toBe(false);
    rmSync(dataDir, { recursive: true });
  });
});
