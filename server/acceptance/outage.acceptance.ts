import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeApiKey, makeOwner, makeVisitor } from '../cli/bench/actors.ts';
import { run } from '../cli/e2e/stage.ts';
import { type Cluster, startCluster } from '../lib/postgres-server/cluster.ts';
import { findPrograms } from '../lib/postgres-server/find-programs.ts';
import { migrateDatabase } from '../storage/database/migrate.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';

let dataDir: string;
let cluster: Cluster;
let server: BuiltServer;

async function startPostgres(port = 0): Promise<void> {
  const programs = await findPrograms({ searchPath: process.env.PATH });
  cluster = await startCluster({ programs, dataDir, durable: true, port });
}

beforeAll(async () => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'confab-outage-'));
  await startPostgres();
  await run(cluster.adminUrl, 'CREATE DATABASE confab');
  const url = cluster.urlFor('confab');
  await migrateDatabase({ url });
  server = await startBuiltServer({ environment: { DATABASE_URL: url, DEMO: 'off', RATE_LIMITS: 'off' } });
});
afterAll(async () => {
  await server?.stop();
  await cluster?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

it('tells callers when to try again while Postgres is away, shows widgets, logs little, and goes on by itself', async () => {
  const owner = await makeOwner(server.origin, `outage-${randomUUID()}`);
  const apiKey = await makeApiKey(server.origin, owner);
  const { token, conversationId } = await makeVisitor(server.origin, owner, 1);
  const configPath = `/api/widget/${owner.publicKey}/config`;
  const asOwner = { Cookie: owner.cookie };
  const asVisitor = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const thread = `/api/visitor/conversations/${conversationId}/messages`;
  const message = JSON.stringify({ content: 'Said once', clientMessageId: 'through-the-outage' });
  const ask = (at: string, init: RequestInit = {}) => fetch(server.origin + at, init);
  expect((await ask(configPath, { headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).toBe(200);

  const { port } = cluster;
  await cluster.stop();
  const awayAt = performance.now();
  const refused: [string, RequestInit][] = [
    [`/api/clients/${owner.clientId}/conversations`, { headers: asOwner }],
    ['/api/auth/me', { headers: asOwner }],
    ['/api/v1/conversations', { headers: { 'x-org-key': apiKey } }],
    [thread, { headers: asVisitor }],
    [thread, { headers: asVisitor, method: 'POST', body: message }],
    ['/readyz', {}],
  ];
  for (let n = 0; n < 50; n++) {
    const answers = await Promise.all(refused.map(([at, init]) => ask(at, init)));
    for (const [which, answer] of answers.entries()) {
      expect([refused[which]?.[0], answer.status]).toEqual([refused[which]?.[0], 503]);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toMatchObject({ type: '/problems#unavailable' });
    }
    expect((await ask(configPath, { headers: { 'Sec-Fetch-Site': 'same-origin' } })).status).toBe(200);
  }
  // What a page needs to show the chat and to keep in the visitor's browser what is written.
  const json = { 'Content-Type': 'application/json', 'Sec-Fetch-Site': 'same-origin' };
  const visitor = await ask(`/api/widget/${owner.publicKey}/visitor`, { method: 'POST', headers: json, body: '{}' });
  expect([visitor.status, typeof ((await visitor.json()) as { token?: string }).token]).toEqual([200, 'string']);
  expect((await ask('/healthz')).status).toBe(200);

  await startPostgres(port);
  await expect.poll(async () => (await ask('/readyz')).status, { timeout: 20_000 }).toBe(200);
  const seconds = Math.ceil((performance.now() - awayAt) / 1_000);
  for (let n = 0; n < 2; n++) {
    const stored = await ask(thread, { headers: asVisitor, method: 'POST', body: message });
    expect(await stored.json()).toMatchObject({ sequence: 2 });
  }
  expect((await ask('/api/auth/me', { headers: asOwner })).status).toBe(200);

  const lines = server
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{'));
  expect(lines.some((line) => line.includes('"storage.away"'))).toBe(true);
  expect(lines.filter((line) => line.includes('stack'))).toEqual([]);
  // One a second, and one for each connection that broke.
  expect(lines.length).toBeLessThan(seconds + 20);
});
