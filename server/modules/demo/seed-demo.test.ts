import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { messageRoles } from '../../../shared/conversation-vocabulary.ts';
import { createPasswords } from '../../lib/passwords.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { openDatabaseStorage } from '../../storage/database/database-storage.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import type { IStorage } from '../../storage/storage.ts';
import { createMemoryFileStore } from '../../testing/memory-file-store.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { demoCredentials } from './demo-credentials.ts';
import { seedDemo } from './seed-demo.ts';

const passwords = createPasswords();
const page = { limit: 100 };

describe.each(['memory', 'Postgres'])('seedDemo in %s', (kind) => {
  const env = createTestEnvironment();
  let database: TestDatabase | undefined;
  let storage: IStorage;
  beforeAll(async () => {
    if (kind === 'Postgres') database = await createTestDatabase();
    storage = database ? await openDatabaseStorage({ url: database.url, env }) : new MemStorage(env);
  });
  afterAll(async () => {
    await storage.close();
    await database?.drop();
  });
  const files = createMemoryFileStore();
  const seed = () => seedDemo({ storage, files, passwords, ...env });

  test('makes it once when several processes begin at the same time', async () => {
    const infos = await Promise.all([seed(), seed(), seed()]);
    expect(infos.filter((info) => info.created)).toHaveLength(1);
    expect(new Set(infos.map(({ clientId, ownerId, widgetId }) => `${clientId} ${ownerId} ${widgetId}`)).size).toBe(1);
    const user = await storage.accounts.findUserByEmail(demoCredentials.email);
    expect(await storage.accounts.listMemberships(user!.id)).toHaveLength(1);
  });

  test('has Confab’s own documentation read, each page once', async () => {
    const { clientId } = await seed();
    const client = storage.forClient(clientId);
    const { items } = await client.documents.list(page);
    const names = items.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(['Questions and answers', 'Embedding the widget']));
    expect(new Set(names).size).toBe(names.length);
    for (const { id, storageKey } of items) {
      expect(await client.jobs.find('ingest', id)).toBeDefined();
      expect(await files.open(storageKey ?? '')).toBeDefined();
    }
  });

  test('lets the owner sign in with the password that is told', async () => {
    const user = await storage.accounts.findUserByEmail(demoCredentials.email);
    expect(await passwords.verify(user!.passwordHash, demoCredentials.password)).toMatchObject({ matches: true });
    const [membership] = await storage.accounts.listMemberships(user!.id);
    expect(membership).toMatchObject({ role: 'owner', client: { name: 'Demo' } });
  });

  test('makes the API key and the widget that are told', async () => {
    const { clientId, widgetId } = await seed();
    expect(await storage.directory.findApiKeyByHash(sha256Hex('demo'))).toMatchObject({ clientId });
    expect(await storage.directory.findWidgetByPublicKey(demoCredentials.widgetKey)).toMatchObject({
      clientId,
      id: widgetId,
      status: 'active',
      engine: 'knowledge',
      allowedSites: expect.arrayContaining(['localhost']),
    });
  });

  test('fills the inbox with conversations in which every role speaks', async () => {
    const client = storage.forClient((await seed()).clientId);
    const { items } = await client.conversations.list({}, page);
    const threads = await Promise.all(items.map(({ id }) => client.messages.list(id, page)));
    const roles = new Set(threads.flatMap((thread) => thread.items.map((message) => message.role)));
    expect([...roles].sort()).toEqual([...messageRoles].sort());
    expect(items.map((conversation) => conversation.status)).toContain('waiting');
  });

  test('leaves what is there as it is, and puts back what is missing', async () => {
    const { clientId, widgetId } = await seed();
    const client = storage.forClient(clientId);
    await client.widgets.update(widgetId, { color: '#123456' });
    const before = await client.conversations.list({}, page);
    expect(await seed()).toMatchObject({ created: false, conversations: 0 });
    expect(await client.conversations.list({}, page)).toEqual(before);
    expect(await client.widgets.find(widgetId)).toMatchObject({ color: '#123456' });

    await client.widgets.update(widgetId, { publicKey: 'another-key' });
    expect(await seed()).toMatchObject({ created: true, conversations: 0 });
    expect(await storage.directory.findWidgetByPublicKey(demoCredentials.widgetKey)).toBeDefined();
  });
});
