import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { makeOwner, makeVisitor } from '../cli/bench/actors.ts';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { type FakeEndpoint, stalling, startFakeEndpoint, type Taken, withJson } from '../testing/fake-endpoint.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

let database: TestDatabase;
let dataDir: string;
let receiver: FakeEndpoint;
const servers: BuiltServer[] = [];

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'confab-webhooks-'));
  database = await createTestDatabase();
  receiver = await startFakeEndpoint(withJson({}));
});
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop('SIGKILL');
});
afterAll(async () => {
  await receiver?.close();
  await database?.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

async function start(more: Record<string, string> = {}): Promise<BuiltServer> {
  const environment = { DATABASE_URL: database.url, DEMO: 'off', FETCH_ALLOW_PRIVATE: '127.0.0.1', ...more };
  const server = await startBuiltServer({ environment, dataDir });
  servers.push(server);
  return server;
}

/** A client with a webhook, and a visitor of it. */
async function people(server: BuiltServer) {
  const owner = await makeOwner(server.origin, `webhooks-${randomUUID()}`);
  const made = await fetch(`${server.origin}/api/clients/${owner.clientId}/webhooks`, {
    method: 'POST',
    headers: { Cookie: owner.cookie, 'Content-Type': 'application/json' },
    body: JSON.stringify({ url: `${receiver.origin}/hook`, events: ['message.created'] }),
  });
  expect(made.status).toBe(201);
  const { token, conversationId } = await makeVisitor(server.origin, owner, 1);
  const say = async (content: string) => {
    const stored = await fetch(`${server.origin}/api/visitor/conversations/${conversationId}/messages`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      body: JSON.stringify({ content, clientMessageId: randomUUID() }),
    });
    expect(stored.status).toBe(201);
  };
  return { say };
}

const contents = () => receiver.taken.map(({ json }) => json.data.message.content as string);

it('a message whose server is killed before its delivery arrives all the same', async () => {
  // Nobody sends here: what is stored is not yet on its way when the process dies.
  const server = await start({ JOBS: 'off' });
  const { say } = await people(server);
  const content = `Stored, then killed ${randomUUID()}`;
  await say(content);
  await server.stop('SIGKILL');
  expect(contents()).not.toContain(content);
  await start();
  await expect.poll(contents, { timeout: 20_000 }).toContain(content);
});

it('a delivery whose server is killed in the middle is sent again by another, under the same id', async () => {
  const content = `Killed on the way ${randomUUID()}`;
  const ids = () =>
    receiver.taken
      .filter(({ json }) => json.data.message.content === content)
      .map(({ headers }) => headers['webhook-id']);
  const isFirst = ({ json }: Taken) => json.data.message.content === content && ids().length === 1;
  receiver.answerWith((response, request) => (isFirst(request) ? stalling : withJson({}))(response, request));
  const server = await start();
  const { say } = await people(server);
  await say(content);
  await expect.poll(() => ids().length, { timeout: 20_000 }).toBe(1);
  await server.stop('SIGKILL');
  await start();
  // Not before the lease of the killed one has run out.
  await expect.poll(() => ids().length, { timeout: 60_000 }).toBe(2);
  expect(new Set(ids()).size).toBe(1);
}, 120_000);
