import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectPath } from '../lib/paths.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { type FakeEndpoint, startFakeEndpoint, withJson } from '../testing/fake-endpoint.ts';
import { startNginx, type TestNginx } from '../testing/nginx.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

const token = 'the-token-of-an-operator-in-production';
const traceId = 'c'.repeat(32);

let database: TestDatabase;
let collector: FakeEndpoint;
let server: BuiltServer;
let nginx: TestNginx;
let dataDir: string;

beforeAll(async () => {
  database = await createTestDatabase();
  collector = await startFakeEndpoint(withJson({}));
  dataDir = mkdtempSync(join(tmpdir(), 'confab-operating-'));
  server = await startBuiltServer({
    dataDir,
    environment: {
      NODE_ENV: 'production',
      DATABASE_URL: database.url,
      OPERATOR_TOKEN: token,
      TRUST_PROXY: '1',
      COOKIE_SECURE: 'false',
      LOG_LEVEL: 'info',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.origin,
    },
  });
  nginx = await startNginx([server.port], { balance: 'ip_hash' });
});
afterAll(async () => {
  await server.stop();
  if (nginx.reason === undefined) await nginx.stop();
  await collector.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** `npm run doctor` with these arguments, on this machine. */
async function doctor(args: string[], environment: Record<string, string> = {}) {
  const file = projectPath('server', 'cli', 'doctor.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', file, '--json', ...args], {
    cwd: projectPath(),
    env: { PATH: process.env.PATH, DATA_DIR: dataDir, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  child.stdout.on('data', (part: Buffer) => {
    printed += part;
  });
  await once(child, 'close');
  const { results } = JSON.parse(printed) as { results: { id: string; verdict: string; seen: string }[] };
  return new Map(results.map((result) => [result.id, result]));
}

it('the doctor asks the running server on its machine, through its data folder alone', async () => {
  const found = await doctor([]);
  for (const id of [
    'reach-websocket',
    'database-version',
    'database-migrations',
    'database-clock',
    'processes',
    'files',
  ]) {
    expect(found.get(id)).toMatchObject({ verdict: 'green' });
  }
  // What it asks directly comes through no proxy, although one is said to be there.
  expect(found.get('reach-proxy')).toMatchObject({ verdict: 'red' });
});

it('the doctor finds all well that comes through an nginx as documented', async ({ skip }) => {
  if (nginx.reason !== undefined) return skip(nginx.reason);
  const found = await doctor(['--url', nginx.origin], { OPERATOR_TOKEN: token });
  for (const id of ['reach-websocket', 'reach-polling', 'database-pool', 'webhook-deliveries']) {
    expect(found.get(id)).toMatchObject({ verdict: 'green' });
  }
  // This nginx believes what it is told about addresses, for the tests of balancing; that is seen.
  expect(found.get('reach-proxy')?.seen).toContain('TRUST_PROXY=1');
});

it('every line that a production server prints is JSON with level, time and words', async () => {
  const traceparent = `00-${traceId}-${'d'.repeat(16)}-01`;
  await fetch(`${server.origin}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', traceparent },
    body: JSON.stringify({ email: 'nobody@example.com', password: 'a password of nobody' }),
  });
  const metrics = await (await fetch(`${server.origin}/metrics`)).text();
  expect(metrics).toMatch(/^confab_storage_up\{kind="database"\} 1$/m);
  expect(metrics).toMatch(/^confab_relay_connected 1$/m);
  await server.stop();
  const lines = server.output().trim().split('\n');
  expect(lines.length).toBeGreaterThan(3);
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({
      level: expect.stringMatching(/^(info|warn|error)$/),
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      msg: expect.any(String),
    });
  }
  expect(lines.map((line) => JSON.parse(line).msg)).toEqual(
    expect.arrayContaining([expect.stringContaining('Confab is running at'), 'stopping', 'stopped']),
  );
});

it('what it did was sent to the collector before it ended, in the trace of who asked', () => {
  const spans = collector.taken.flatMap(({ json }) =>
    json.resourceSpans.flatMap((resource: { scopeSpans: { spans: { name: string; traceId: string }[] }[] }) =>
      resource.scopeSpans.flatMap((scope) => scope.spans),
    ),
  ) as { name: string; traceId: string }[];
  const asked = spans.filter((span) => span.traceId === traceId).map(({ name }) => name);
  expect(asked).toContain('POST /api/auth/login');
  expect(asked.length).toBeGreaterThan(1);
  expect(JSON.stringify(collector.taken.map(({ json }) => json))).not.toContain('nobody@example.com');
});
