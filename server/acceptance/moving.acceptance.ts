import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { withConnection } from '../testing/databases.ts';
import { createEmptyDatabase } from '../testing/postgres.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'confab-moving-'));
const servers: BuiltServer[] = [];
afterAll(async () => {
  await Promise.all(servers.map((server) => server.stop()));
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(environment: Record<string, string> = {}): Promise<BuiltServer> {
  const server = await startBuiltServer({ dataDir, environment });
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
