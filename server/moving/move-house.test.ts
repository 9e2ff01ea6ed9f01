import { randomUUID } from 'node:crypto';
import type { SessionData } from 'express-session';
import { Cookie } from 'express-session';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { plantEverything } from '../storage/conformance/full-world.ts';
import { addDocument, publishTexts } from '../storage/conformance/knowledge-worlds.ts';
import {
  addClient,
  addConversation,
  addMember,
  cannedReplyInput,
  errorOf,
  messageInput,
} from '../storage/conformance/worlds.ts';
import { type DatabaseStorage, openDatabaseStorage } from '../storage/database/database-storage.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createMemoryFileStore } from '../testing/memory-file-store.ts';
import { createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { moveHouse } from './move-house.ts';
import { SwappableSessionStore } from './swappable-session-store.ts';
import { SwappableStorage } from './swappable-storage.ts';
import { verifyHouse } from './verify-house.ts';

let database: TestDatabase;
let target: DatabaseStorage;
let targetSessions: ReturnType<typeof createDatabaseSessionStore>;
beforeEach(async () => {
  database = await createTestDatabase();
  target = await openDatabaseStorage({ url: database.url, env: systemEnvironment });
  targetSessions = createDatabaseSessionStore({ pool: target.pool, log: pino({ level: 'silent' }) });
});
afterEach(async () => {
  targetSessions.close();
  await target.close();
  await database.drop();
});

function house() {
  const memory = new MemStorage(systemEnvironment);
  const storage = new SwappableStorage(memory);
  const sessionStore = new SwappableSessionStore(createMemorySessionStore());
  const said: string[] = [];
  const move = (given: { holdMsMax?: number; say?: (line: string) => void } = {}) =>
    moveHouse({
      storage,
      sessionStore,
      from: memory,
      to: { storage: target, sessionStore: targetSessions },
      holdMsMax: 20_000,
      say: (line) => void said.push(line),
      ...given,
    });
  return { memory, storage, sessionStore, said, move };
}

const sessionOf = (user: string): SessionData => {
  const cookie = new Cookie();
  cookie.expires = new Date(Date.now() + 3_600_000);
  return { cookie, passport: { user } };
};

describe('a move from memory to Postgres', () => {
  test('loses and doubles no acknowledged message while many are being sent, some of them twice', async () => {
    const { storage, move } = house();
    const { row } = await addClient(storage);
    const client = () => storage.forClient(row.id);
    const conversations = await Promise.all(Array.from({ length: 8 }, () => addConversation(client())));
    for (const { id } of conversations) {
      for (let n = 0; n < 500; n++) await client().messages.append(messageInput(id, { content: `old ${n}` }));
    }
    const acknowledged = new Map<string, { sequence: number; clientMessageId: string }[]>();
    let sending = true;
    const senders = conversations.map(async ({ id }, sender) => {
      const sent: { sequence: number; clientMessageId: string }[] = [];
      acknowledged.set(id, sent);
      for (let n = 0; sending || n < 50; n++) {
        const clientMessageId = randomUUID();
        const input = messageInput(id, { clientMessageId, content: `new ${sender} ${n}` });
        const { message } = await storage.transaction((scope) => scope.forClient(row.id).messages.append(input));
        sent.push({ sequence: message.sequence, clientMessageId });
        if (n % 5 === 0) expect((await client().messages.append(input)).message.sequence).toBe(message.sequence);
        await new Promise(setImmediate);
      }
    });
    const moved = await move();
    const atSwitch = [...acknowledged.values()].flat().length;
    sending = false;
    await Promise.all(senders);
    expect(storage.kind).toBe('database');
    expect(atSwitch).toBeGreaterThan(100);
    expect(moved.rows).toBeGreaterThan(4_000);
    for (const { id } of conversations) {
      const { rows } = await target.pool.query<{ sequence: number; made: string | null }>(
        'select sequence, client_message_id as made from messages where conversation_id = $1 order by sequence',
        [id],
      );
      const sent = acknowledged.get(id)!;
      expect(rows.map(({ sequence }) => sequence)).toEqual(rows.map((_, at) => at + 1));
      const made = rows.filter((one) => one.made !== null);
      expect(made).toEqual(sent.map(({ sequence, clientMessageId }) => ({ sequence, made: clientMessageId })));
    }
    expect((await verifyHouse({ storage, files: createMemoryFileStore() })).faults).toEqual([]);
  });

  test('brings every table, what is found, and who is signed in', async () => {
    const { storage, sessionStore, move } = house();
    const { client, row, owner } = await plantEverything(storage);
    const found = await client.passages.search({ text: 'secret', limit: 5 });
    await new Promise<void>((done) => sessionStore.set('s1', sessionOf(owner.id), () => done()));
    await move();
    expect(await storage.forClient(row.id).passages.search({ text: 'secret', limit: 5 })).toEqual(found);
    expect((await targetSessions.list(undefined, 10)).map(({ sid }) => sid)).toEqual(['s1']);
    expect(sessionStore.current).toBe(targetSessions);
    const { faults } = await verifyHouse({ storage, files: createMemoryFileStore() });
    expect(faults.filter((fault) => !fault.includes('file store'))).toEqual([]);
  });

  test('carries what is changed and removed while the first copy is under way', async () => {
    const { storage, move } = house();
    const { client, row } = await addClient(storage);
    const agent = await addMember(storage, client);
    const { id } = await addConversation(client);
    await client.conversations.update(id, { assigneeId: agent.id });
    const gone = await addConversation(client);
    const { document } = await addDocument(client, ['Alpha beta']);
    const unwanted = await addDocument(client, ['Delta']);
    const old = await client.cannedReplies.create(cannedReplyInput({ shortcut: 'hi' }));
    const changes: Promise<unknown>[] = [];
    await move({
      say: () => {
        if (changes.length > 0) return;
        changes.push(
          client.conversations.update(id, { assigneeId: null }),
          client.members.remove(agent.id),
          client.conversations.remove(gone.id),
          client.cannedReplies.remove(old.id),
          client.cannedReplies.create(cannedReplyInput({ shortcut: 'hi', title: 'New' })),
          client.documents.remove(unwanted.document.id),
        );
      },
    });
    await Promise.all(changes);
    expect(changes).toHaveLength(6);
    expect(await target.forClient(row.id).conversations.find(gone.id)).toBeUndefined();
    expect(await target.forClient(row.id).members.find(agent.id)).toBeUndefined();
    expect(await target.forClient(row.id).cannedReplies.list()).toMatchObject([{ title: 'New' }]);
    const search = (text: string) => target.forClient(row.id).passages.search({ text, limit: 5 });
    expect((await search('delta')).hits).toEqual([]);
    expect((await search('alpha')).hits).toHaveLength(1);
    await publishTexts(storage.forClient(row.id), document.id, ['Gamma']);
    const { hits } = await storage.forClient(row.id).passages.search({ text: 'gamma', limit: 5 });
    expect(hits).toHaveLength(1);
  });

  test('is refused where something is, and the server goes on as before', async () => {
    const { memory, storage, move } = house();
    await addClient(target);
    await expect(move()).rejects.toThrow('has clients or users already');
    expect(storage.current).toBe(memory);
    expect(await target.accounts.isEmpty()).toBe(false);
  });

  test('that takes too long at the end is given up: requests go on in memory, and the database is emptied', async () => {
    const { memory, storage, move } = house();
    const { row } = await addClient(storage);
    const { id } = await addConversation(storage.forClient(row.id));
    let finish = () => {};
    const slow = storage.transaction(
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    expect(await errorOf(move({ holdMsMax: 50 }))).toMatchObject({ message: expect.stringContaining('took longer') });
    finish();
    await slow;
    expect(storage.current).toBe(memory);
    expect(await target.accounts.isEmpty()).toBe(true);
    await storage.forClient(row.id).messages.append(messageInput(id));
    await move();
    expect(storage.current).toBe(target);
  });
});
