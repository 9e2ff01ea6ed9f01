import { beforeEach, describe, expect, it } from 'vitest';
import { createTestEnvironment } from '../conformance/harness.ts';
import {
  addClient,
  addConversation,
  addMember,
  addVisitor,
  addWidget,
  apiKeyInput,
  auditInput,
  errorOf,
  invitationInput,
  messageInput,
} from '../conformance/worlds.ts';
import { ConflictError, StorageUnavailableError } from '../errors.ts';
import { clients, members, users, widgets } from './mem-client-tables.ts';
import { conversations, visitors } from './mem-conversation-tables.ts';
import { MemDatabase } from './mem-database.ts';
import { MemStorage } from './mem-storage.ts';
import { ownedKey } from './mem-values.ts';

let database: MemDatabase;
let storage: MemStorage;

beforeEach(() => {
  database = new MemDatabase();
  storage = new MemStorage(createTestEnvironment(), database);
});

describe('foreign keys', () => {
  it('take a removed user out of the rows they made, and out of their clients', async () => {
    const { client } = await addClient(storage);
    const user = await addMember(storage, client, 'owner');
    const invitation = await client.invitations.create(invitationInput(user.id));
    const apiKey = await client.apiKeys.create(apiKeyInput({ createdBy: user.id }));
    const entry = await client.audit.append(auditInput({ actorKind: 'user', actorId: user.id }));

    const tx = database.begin();
    tx.of(users).remove([tx.of(users).get(user.id)!]);
    expect(database.commit(tx)).toBe(true);

    expect(await client.members.list()).toEqual([]);
    expect(await client.invitations.listOpen()).toEqual([{ ...invitation, createdBy: null }]);
    expect(await client.apiKeys.list()).toEqual([{ ...apiKey, createdBy: null }]);
    expect((await client.audit.list({ limit: 1 })).items).toEqual([{ ...entry, actorId: null }]);
    expect((await storage.directory.findApiKeyByHash(apiKey.keyHash))?.id).toBe(apiKey.id);
  });

  it('refuse to remove what other rows need, and take nothing away', async () => {
    const { client } = await addClient(storage);
    const agent = await addMember(storage, client);
    const visitor = await addVisitor(client);
    const { id } = await addConversation(client, { visitorId: visitor.id, widgetId: visitor.widgetId });
    await client.conversations.update(id, { assigneeId: agent.id });
    const before = storage.snapshot();

    const remove = {
      widget: () => {
        const tx = database.begin();
        tx.of(widgets).remove([tx.of(widgets).get(ownedKey(client.clientId, visitor.widgetId))!]);
      },
      visitor: () => {
        const tx = database.begin();
        tx.of(visitors).remove([tx.of(visitors).get(ownedKey(client.clientId, visitor.id))!]);
      },
      member: () => {
        const tx = database.begin();
        tx.of(members).remove([tx.of(members).get(ownedKey(client.clientId, agent.id))!]);
      },
    };
    for (const refused of Object.values(remove)) expect(refused).toThrow(new ConflictError('in_use'));
    expect(storage.snapshot()).toEqual(before);
  });

  it('let a whole client go, whatever its rows need of each other', async () => {
    const { client } = await addClient(storage);
    const agent = await addMember(storage, client);
    const visitor = await addVisitor(client);
    const { id } = await addConversation(client, { visitorId: visitor.id, widgetId: visitor.widgetId });
    await client.conversations.update(id, { assigneeId: agent.id });
    await client.messages.append(messageInput(id));
    const tx = database.begin();
    tx.of(clients).remove([tx.of(clients).get(client.clientId)!]);
    expect(database.commit(tx)).toBe(true);
    const left = storage.snapshot().filter(({ rows }) => rows.length > 0);
    expect(left.map(({ table }) => table.name)).toEqual(['users']);
  });
});

describe('commit', () => {
  it('lets two rows of one transaction exchange a unique key', async () => {
    const { client } = await addClient(storage);
    const [one, other] = [await addWidget(client), await addWidget(client)];
    await storage.transaction(async (scope) => {
      const scoped = scope.forClient(client.clientId);
      await scoped.widgets.update(one.id, { publicKey: 'meanwhile' });
      await scoped.widgets.update(other.id, { publicKey: one.publicKey });
      await scoped.widgets.update(one.id, { publicKey: other.publicKey });
    });
    expect((await storage.directory.findWidgetByPublicKey(one.publicKey))?.id).toBe(other.id);
    expect((await storage.directory.findWidgetByPublicKey(other.publicKey))?.id).toBe(one.id);
    expect(await storage.directory.findWidgetByPublicKey('meanwhile')).toBeUndefined();
  });

  it('changes nothing when a row the transaction was built on has been replaced', async () => {
    const { client } = await addClient(storage);
    const { id } = await addConversation(client);
    const tx = database.begin();
    const row = tx.of(conversations).get(ownedKey(client.clientId, id))!;
    tx.of(conversations).update(row, { title: 'late' });
    const { conversation } = await client.messages.append(messageInput(id));
    expect(database.commit(tx)).toBe(false);
    expect(await client.conversations.find(id)).toEqual(conversation);
  });

  it('keeps every list in order through many random moves', async () => {
    const { client } = await addClient(storage);
    const env = createTestEnvironment();
    const made = [];
    for (let n = 0; n < 60; n++) made.push((await addConversation(client)).id);
    for (let n = 0; n < 600; n++) {
      const tx = database.begin();
      const row = tx.of(conversations).get(ownedKey(client.clientId, made[(n * 7_919) % made.length]!))!;
      env.setTime(new Date((n * 104_729) % 97));
      tx.of(conversations).update(row, { updatedAt: env.now() });
      expect(database.commit(tx)).toBe(true);
    }
    const { items } = await client.conversations.list({}, { limit: 100 });
    const sorted = [...items].sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1));
    expect(items).toEqual(sorted);
    expect(new Set(items.map(({ id }) => id)).size).toBe(60);
  });
});

describe('transaction', () => {
  it('gives up, storing nothing, when each of very many runs collides', async () => {
    const { client } = await addClient(storage);
    const { id } = await addConversation(client);
    let runs = 0;
    const error = await errorOf(
      storage.transaction(async (scope) => {
        runs++;
        await scope.forClient(client.clientId).conversations.update(id, { title: 'mine' });
        const rival = database.begin();
        const row = rival.of(conversations).get(ownedKey(client.clientId, id))!;
        rival.of(conversations).update(row, { title: 'theirs' });
        database.commit(rival);
      }),
    );
    expect(error).toBeInstanceOf(StorageUnavailableError);
    expect(runs).toBeGreaterThanOrEqual(5);
    expect((await client.conversations.find(id))?.title).toBe('theirs');
  });
});
