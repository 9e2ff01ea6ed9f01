import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { withConnection } from '../testing/databases.ts';
import { createEmptyDatabase, createTestDatabase } from '../testing/postgres.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'confab-moving-'));
const servers: BuiltServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}, port = 0): Promise<BuiltServer> {
  const server = await startBuiltServer({ dataDir, environment: { RATE_LIMITS: 'off', ...environment }, port });
  servers.push(server);
  return server;
}

const headers = { 'x-org-key': 'demo', 'Content-Type': 'application/json' };

async function call(server: BuiltServer, path: string, body: object): Promise<{ status: number; body: never }> {
  const response = await fetch(`${server.origin}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
  return { status: response.status, body: (await response.json()) as never };
}

test('a server under load goes from memory into Postgres: every acknowledged message is there once', async () => {
  const database = await createEmptyDatabase();
  const server = await start();
  const made = await call(server, '/conversations', { title: 'Moving' });
  expect(made.status).toBe(201);
  const { id } = made.body as { id: string };
  const acknowledged: string[] = [];
  const refused: number[] = [];
  let sending = true;
  const senders = Array.from({ length: 6 }, async (_, sender) => {
    for (let n = 0; sending; n++) {
      const content = `message ${sender}-${n}`;
      const { status } = await call(server, `/conversations/${id}/messages`, { role: 'user', content });
      if (status === 201) acknowledged.push(content);
      else refused.push(status);
    }
  });
  while (acknowledged.length < 300) await new Promise((resolve) => setImmediate(resolve));
  expect(statSync(join(dataDir, 'operator.json')).mode & 0o777).toBe(0o600);
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', projectPath('server', 'cli', 'move.ts'), '--to', database.url],
    { env: { ...process.env, DATA_DIR: dataDir } },
  );
  expect(stdout).toMatch(/Moved \d+ rows; requests waited \d+ ms/);
  const before = acknowledged.length;
  while (acknowledged.length < before + 300) await new Promise((resolve) => setImmediate(resolve));
  sending = false;
  await Promise.all(senders);
  expect(refused).toEqual([]);
  const kept = await withConnection(database.url, async (client) => {
    const { rows } = await client.query<{ content: string; sequence: number }>(
      'select content, sequence from messages where conversation_id = $1 order by sequence',
      [id],
    );
    return rows;
  });
  expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, at) => at + 1));
  expect(kept.map(({ content }) => content).sort()).toEqual([...acknowledged].sort());
  await server.stop();

  await expect(start()).rejects.toThrow('The data have been moved to');
  const again = await start({ DATABASE_URL: database.url });
  const answer = await fetch(`${again.origin}/readyz`);
  expect(await answer.json()).toMatchObject({ storage: 'database' });
  await again.stop();
  await database.drop();
}, 120_000);

test('two servers under load go from one Postgres to another: every acknowledged message is there once', async () => {
  const [from, to] = [await createTestDatabase(), await createEmptyDatabase()];
  const environment = { DATABASE_URL: from.url };
  let pair = [await start(environment), await start(environment)];
  const origins = pair.map(({ origin }) => origin);
  const made = await call(pair[0]!, '/conversations', { title: 'Moving' });
  const { id } = made.body as { id: string };
  const acknowledged: string[] = [];
  const refused = new Map<number, number>();
  let sending = true;
  const senders = Array.from({ length: 6 }, async (_, sender) => {
    for (let n = 0; sending; n++) {
      const content = `message ${sender}-${n}`;
      const body = JSON.stringify({ role: 'user', content, clientMessageId: content.replace(' ', '-') });
      // As browsers do: the same message again, to whichever server, until it is acknowledged.
      for (let attempt = sender; ; attempt++) {
        const url = `${origins[attempt % 2]}/conversations/${id}/messages`;
        const answer = await fetch(url, { method: 'POST', headers, body }).catch(() => undefined);
        await answer?.arrayBuffer();
        if (answer?.status === 201) break;
        if (answer) refused.set(answer.status, (refused.get(answer.status) ?? 0) + 1);
        if (answer) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      acknowledged.push(content);
    }
  });
  while (acknowledged.length < 300) await new Promise((resolve) => setImmediate(resolve));
  await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx', projectPath('server', 'cli', 'move.ts'), '--to', to.url],
    { env: { ...process.env, DATA_DIR: dataDir, DATABASE_URL: from.url } },
  );
  // Nothing is stored where nobody will look for it, and what is there can still be read.
  const held = acknowledged.length;
  await expect.poll(() => refused.get(503) ?? 0, { timeout: 20_000 }).toBeGreaterThan(20);
  expect(acknowledged.length).toBe(held);
  expect((await fetch(`${origins[0]}/conversations/${id}`, { headers })).status).toBe(200);
  for (const server of pair) {
    await expect.poll(() => server.output(), { timeout: 20_000 }).toContain('"event":"database.moved"');
  }
  await expect(start(environment)).rejects.toThrow(/The data of .* have been moved to/);

  const ports = pair.map(({ port }) => port);
  await Promise.all(pair.map((server) => server.stop()));
  pair = await Promise.all(ports.map((port) => start({ ...environment, DATABASE_URL: to.url }, port)));
  while (acknowledged.length < held + 300) await new Promise((resolve) => setImmediate(resolve));
  sending = false;
  await Promise.all(senders);
  expect([...refused.keys()]).toEqual([503]);
  const kept = await withConnection(to.url, async (client) => {
    const { rows } = await client.query<{ content: string; sequence: number }>(
      'select content, sequence from messages where conversation_id = $1 order by sequence',
      [id],
    );
    return rows;
  });
  expect(kept.map(({ sequence }) => sequence)).toEqual(kept.map((_, at) => at + 1));
  expect(kept.map(({ content }) => content).sort()).toEqual([...acknowledged].sort());
  await Promise.all(pair.map((server) => server.stop()));
  await Promise.all([from.drop(), to.drop()]);
}, 180_000);
