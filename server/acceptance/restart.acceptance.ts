import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { createTestDatabase } from '../testing/postgres.ts';

const cleanUps: (() => Promise<void> | void)[] = [];
afterAll(async () => {
  for (const cleanUp of cleanUps.reverse()) await cleanUp();
});

async function call(
  server: BuiltServer,
  method: string,
  path: string,
  options: { cookie?: string; token?: string; body?: unknown } = {},
) {
  const response = await fetch(server.origin + path, {
    method,
    headers: {
      ...(options.cookie ? { Cookie: options.cookie } : {}),
      ...(options.token ? { Authorization: `Bearer ${options.token}` } : {}),
      ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
    },
    ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
  });
  const text = await response.text();
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
  const body: any = text === '' ? undefined : JSON.parse(text);
  expect(response.ok, `${method} ${path}: ${text}`).toBe(true);
  return { body, cookie: (response.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '' };
}

/** Everything that must be as it was. */
async function remember(
  server: BuiltServer,
  who: { cookie: string; token: string; clientId: string; widgetId: string; conversationId: string },
) {
  const client = `/api/clients/${who.clientId}`;
  return {
    me: (await call(server, 'GET', '/api/auth/me', who)).body,
    widget: { ...(await call(server, 'GET', `${client}/widgets/${who.widgetId}`, who)).body, embedCode: undefined },
    keys: (await call(server, 'GET', `${client}/api-keys`, who)).body,
    conversations: (await call(server, 'GET', `${client}/conversations`, who)).body,
    messages: (await call(server, 'GET', `${client}/conversations/${who.conversationId}/messages`, who)).body,
    asVisitor: (
      await call(server, 'GET', `/api/visitor/conversations/${who.conversationId}/messages`, { token: who.token })
    ).body,
    audit: (await call(server, 'GET', `${client}/audit`, who)).body,
  };
}

const dataFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'confab-restart-'));
  cleanUps.push(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
};

const cases = [
  {
    title: 'on Postgres, killed with SIGKILL',
    signal: 'SIGKILL' as const,
    async prepare() {
      const database = await createTestDatabase();
      cleanUps.push(() => database.drop());
      return { environment: { DATABASE_URL: database.url, DEMO: 'off' }, dataDir: dataFolder() };
    },
  },
  {
    title: 'on the embedded Postgres, killed with SIGKILL',
    signal: 'SIGKILL' as const,
    prepare: async () => ({ environment: { DATABASE_URL: 'embedded', DEMO: 'off' }, dataDir: dataFolder() }),
  },
  {
    title: 'in memory, stopped in order',
    signal: 'SIGTERM' as const,
    prepare: async () => ({ environment: { STORAGE: 'memory', DEMO: 'off' }, dataDir: dataFolder() }),
  },
];

describe('a restart of the built server', () => {
  it.each(cases)(
    'leaves user, session, widget, key, conversation and messages as they were: $title',
    async ({ signal, prepare }) => {
      const options = await prepare();
      let server = await startBuiltServer(options);
      try {
        const registered = await call(server, 'POST', '/api/auth/register', {
          body: { email: 'ann@example.com', name: 'Ann', password: 'a long enough password', clientName: 'Ann’s shop' },
        });
        const cookie = registered.cookie;
        const clientId = registered.body.memberships[0].clientId;
        const client = `/api/clients/${clientId}`;
        const widget = (await call(server, 'POST', `${client}/widgets`, { cookie, body: { name: 'Shop' } })).body;
        await call(server, 'PATCH', `${client}/widgets/${widget.id}`, { cookie, body: { color: '#112233' } });
        const key = (await call(server, 'POST', `${client}/api-keys`, { cookie, body: { name: 'CRM' } })).body.key;
        const { token } = (await call(server, 'POST', `/api/widget/${widget.publicKey}/visitor`, { body: {} })).body;
        const started = await call(server, 'POST', '/api/visitor/conversations', {
          token,
          body: { clientConversationId: 'c-1', message: { content: 'Where is my order?', clientMessageId: 'm-1' } },
        });
        const conversationId = started.body.conversation.id;
        await call(server, 'POST', `${client}/conversations/${conversationId}/messages`, {
          cookie,
          body: { content: 'On its way.' },
        });
        const who = { cookie, token, clientId, widgetId: widget.id, conversationId };
        const before = await remember(server, who);
        expect(before.widget.color).toBe('#112233');
        expect(before.messages.items.map((message: { content: string }) => message.content)).toEqual([
          'Where is my order?',
          'On its way.',
        ]);

        await server.stop(signal);
        server = await startBuiltServer(options);

        const after = await remember(server, who);
        expect(after).toEqual(before);
        const byKey = await fetch(`${server.origin}/conversations`, { headers: { 'x-org-key': key } });
        expect(byKey.status).toBe(200);
      } finally {
        await server.stop();
      }
    },
  );

  it('ends an orderly stop within ten seconds, with exit code 0, while a request keeps its connection open', async () => {
    const server = await startBuiltServer({ environment: { STORAGE: 'memory' } });
    await fetch(`${server.origin}/healthz`);
    const startedAt = performance.now();
    expect(await server.stop('SIGTERM')).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(10_000);
  });
});
