import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltServer, startBuiltServer } from '../testing/built-server.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';

interface Answer {
  status: number;
  type: string | null;
  link: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: answers are compared as they come
  body: any;
}

describe.each(['memory', 'postgres'] as const)('the integration API of the built server, data in %s', (kind) => {
  let database: TestDatabase | undefined;
  let server: BuiltServer;

  beforeAll(async () => {
    database = kind === 'postgres' ? await createTestDatabase() : undefined;
    server = await startBuiltServer({ environment: database ? { DATABASE_URL: database.url } : { STORAGE: 'memory' } });
  });
  afterAll(async () => {
    await server?.stop();
    await database?.drop();
  });

  async function call(method: string, path: string, options: { key?: string; body?: unknown } = {}): Promise<Answer> {
    const response = await fetch(server.origin + path, {
      method,
      headers: {
        ...(options.key ? { 'x-org-key': options.key } : {}),
        ...(options.body === undefined ? {} : { 'Content-Type': 'application/json' }),
      },
      ...(options.body === undefined ? {} : { body: JSON.stringify(options.body) }),
    });
    const text = await response.text();
    return {
      status: response.status,
      type: response.headers.get('content-type'),
      link: response.headers.get('link'),
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  describe.each(['', '/api/v1'])('under %j', (prefix) => {
    it('starts a conversation, takes messages and counts them, in exactly the field names it promises', async () => {
      const made = await call('POST', `${prefix}/conversations`, { key: 'demo', body: {} });
      expect(made.status).toBe(201);
      expect(Object.keys(made.body).sort()).toEqual(['createdAt', 'id', 'messageCount', 'orgId', 'updatedAt']);
      expect(made.body.messageCount).toBe(0);

      const path = `${prefix}/conversations/${made.body.id}`;
      const message = await call('POST', `${path}/messages`, {
        key: 'demo',
        body: { role: 'user', content: 'Hello 👋' },
      });
      expect(message.status).toBe(201);
      expect(Object.keys(message.body).sort()).toEqual(['content', 'conversationId', 'id', 'role', 'timestamp']);
      expect(message.body).toMatchObject({ conversationId: made.body.id, role: 'user', content: 'Hello 👋' });

      const found = await call('GET', path, { key: 'demo' });
      expect(found.status).toBe(200);
      expect(found.body).toMatchObject({ id: made.body.id, orgId: made.body.orgId, messageCount: 1 });

      const listed = await call('GET', `${prefix}/conversations`, { key: 'demo' });
      expect(listed.status).toBe(200);
      expect(listed.body[0]).toEqual(found.body);
    });

    it('stores a message once that is sent again under the same client-made id', async () => {
      const { body: conversation } = await call('POST', `${prefix}/conversations`, { key: 'demo', body: {} });
      const path = `${prefix}/conversations/${conversation.id}`;
      const body = { role: 'user', content: 'Only once', clientMessageId: 'm-1' };
      const answers = await Promise.all([1, 2, 3].map(() => call('POST', `${path}/messages`, { key: 'demo', body })));
      expect(new Set(answers.map((answer) => answer.body.id)).size).toBe(1);
      expect((await call('GET', path, { key: 'demo' })).body.messageCount).toBe(1);
    });

    it('names the next page of the list in the Link header until there is none', async () => {
      for (let n = 0; n < 3; n += 1) await call('POST', `${prefix}/conversations`, { key: 'demo', body: {} });
      const seen: string[] = [];
      let next: string | undefined = `${prefix}/conversations?limit=2`;
      while (next) {
        const page: Answer = await call('GET', next, { key: 'demo' });
        seen.push(...page.body.map((conversation: { id: string }) => conversation.id));
        const target: string | undefined = /<([^>]+)>; rel="next"/.exec(page.link ?? '')?.[1];
        next = target?.replace(/^https?:\/\/[^/]+/, '');
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.length).toBeGreaterThanOrEqual(3);
    });

    it('answers 401 without a good key and 404 for what is not there', async () => {
      for (const key of [undefined, 'wrong']) {
        const refused = await call('GET', `${prefix}/conversations`, key ? { key } : {});
        expect(refused.status).toBe(401);
        expect(refused.type).toContain('application/problem+json');
      }
      const absent = await call('GET', `${prefix}/conversations/00000000-0000-7000-8000-00000000dead`, { key: 'demo' });
      expect(absent.status).toBe(404);
      expect(absent.body).toMatchObject({ status: 404, title: expect.any(String), requestId: expect.any(String) });
    });

    it('lists every fault of a bad message', async () => {
      const { body: conversation } = await call('POST', `${prefix}/conversations`, { key: 'demo', body: {} });
      const refused = await call('POST', `${prefix}/conversations/${conversation.id}/messages`, {
        key: 'demo',
        body: { role: 'robot', content: '' },
      });
      expect(refused.status).toBe(400);
      expect(refused.body.errors.map((fault: { pointer: string }) => fault.pointer).sort()).toEqual([
        '#/content',
        '#/role',
      ]);
    });
  });
});
