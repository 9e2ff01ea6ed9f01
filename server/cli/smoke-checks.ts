import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Cookie, type SessionData } from 'express-session';
import { widgetDefaults } from '../../shared/widget-settings.ts';
import type { SessionStore } from '../http/session-store/session-store.ts';
import { sha256Hex } from '../lib/secrets.ts';
import { NotFoundError } from '../storage/errors.ts';
import type { ClientStorage, IStorage } from '../storage/storage.ts';

/** What the checks are given, and what they leave for the next ones and for the cleaning up. */
export interface SmokeWorld {
  storage: IStorage;
  sessionStore: SessionStore;
  newId(): string;
  /** Tells this run's rows from all others; part of every name. */
  mark: string;
  made: {
    userId?: string;
    clients: ClientStorage[];
    widgetId?: string;
    visitorId?: string;
    conversationId?: string;
  };
}

export interface SmokeCheck {
  /** Completes "PASS …". */
  title: string;
  /** Throws when it fails. */
  run(world: SmokeWorld): Promise<void>;
}

export function createSmokeWorld(given: Pick<SmokeWorld, 'storage' | 'sessionStore' | 'newId'>): SmokeWorld {
  return { ...given, mark: `smoke-test-${randomBytes(6).toString('hex')}`, made: { clients: [] } };
}

const page = { limit: 100 };

/** In the order in which they build on each other. */
export const smokeChecks: SmokeCheck[] = [
  {
    title: 'makes a user and finds it by its address',
    async run({ storage, mark, made }) {
      const email = `${mark}@confab.invalid`;
      const user = await storage.accounts.createUser({ email, name: 'Smoke test', passwordHash: '-', info: { mark } });
      made.userId = user.id;
      assert.deepEqual(await storage.accounts.findUserByEmail(email), user);
    },
  },
  {
    title: 'makes two clients, with the user as owner of one',
    async run({ storage, mark, made }) {
      for (const name of [`${mark} one`, `${mark} two`]) {
        const client = await storage.accounts.createClient({ name });
        made.clients.push(storage.forClient(client.id));
      }
      const userId = needed(made.userId, 'user');
      await one(made).members.add({ userId, role: 'owner' });
      const memberships = await storage.accounts.listMemberships(userId);
      assert.deepEqual(
        memberships.map(({ client, role }) => [client.id, role]),
        [[one(made).clientId, 'owner']],
      );
    },
  },
  {
    title: 'makes a widget and finds it by its public key',
    async run({ storage, mark, made }) {
      const settings = { ...widgetDefaults, name: mark, allowedSites: [], suggestedQuestions: [] };
      const widget = await one(made).widgets.create({
        ...settings,
        preChat: { enabled: false, fields: [] },
        retrieval: { enabled: false, sourceUrl: '', documentIds: [] },
        publicKey: mark,
        status: 'active',
      });
      made.widgetId = widget.id;
      assert.deepEqual(await storage.directory.findWidgetByPublicKey(mark), widget);
    },
  },
  {
    title: 'finds an API key by its hash until it is revoked',
    async run({ storage, mark, made }) {
      const keyHash = sha256Hex(mark);
      const key = await one(made).apiKeys.create({ name: mark, prefix: 'smoke', keyHash, createdBy: null });
      assert.equal((await storage.directory.findApiKeyByHash(keyHash))?.id, key.id);
      await one(made).apiKeys.revoke(key.id, new Date());
      assert.equal(await storage.directory.findApiKeyByHash(keyHash), undefined);
    },
  },
  {
    title: 'starts a visitor’s conversation once, however often it is sent',
    async run({ newId, made }) {
      const visitorId = newId();
      const widgetId = needed(made.widgetId, 'widget');
      await one(made).visitors.see({ id: visitorId, widgetId, name: 'Visitor' });
      made.visitorId = visitorId;
      const start = { visitorId, widgetId, clientConversationId: 'c1' };
      const first = await one(made).conversations.create(start);
      const second = await one(made).conversations.create(start);
      assert.deepEqual([first.created, second.created], [true, false]);
      assert.equal(second.conversation.id, first.conversation.id);
      made.conversationId = first.conversation.id;
    },
  },
  {
    title: 'stores a message that is sent again once',
    async run({ made }) {
      const message = {
        conversationId: thread(made),
        role: 'user',
        content: 'Hello ✓',
        clientMessageId: 'm1',
      } as const;
      const first = await one(made).messages.append(message);
      const second = await one(made).messages.append(message);
      assert.deepEqual([first.repeated, second.repeated], [false, true]);
      assert.deepEqual(second.message, first.message);
    },
  },
  {
    title: 'numbers messages that arrive at once without gaps',
    async run({ made }) {
      const send = (n: number) =>
        one(made).messages.append({ conversationId: thread(made), role: 'user', content: `Message ${n}` });
      await Promise.all(Array.from({ length: 20 }, (_, n) => send(n)));
      const { items } = await one(made).messages.list(thread(made), page);
      assert.deepEqual(
        items.map((message) => message.sequence),
        Array.from({ length: 21 }, (_, index) => index + 1),
      );
      const conversation = await one(made).conversations.find(thread(made));
      assert.deepEqual([conversation?.messageCount, conversation?.lastSequence], [21, 21]);
    },
  },
  {
    title: 'gives a reader what was missed',
    async run({ made }) {
      const { items, hasMore } = await one(made).messages.list(thread(made), { after: 19, limit: 1 });
      assert.deepEqual([items.map((message) => message.sequence), hasMore], [[20], true]);
    },
  },
  {
    title: 'lists conversations page by page, the last updated first',
    async run({ made }) {
      const { conversation } = await one(made).conversations.create({ title: 'Second' });
      await one(made).messages.append({ conversationId: conversation.id, role: 'system', content: 'Later' });
      const first = await one(made).conversations.list({}, { limit: 1 });
      const rest = await one(made).conversations.list({}, { limit: 1, cursor: needed(first.nextCursor, 'cursor') });
      const ids = [...first.items, ...rest.items].map(({ id }) => id);
      assert.deepEqual([ids, rest.nextCursor], [[conversation.id, thread(made)], null]);
    },
  },
  {
    title: 'shows nothing of one client to another',
    async run({ made }) {
      const other = needed(made.clients[1], 'second client');
      const conversationId = thread(made);
      assert.equal(await other.conversations.find(conversationId), undefined);
      assert.deepEqual((await other.conversations.list({}, page)).items, []);
      assert.deepEqual((await other.messages.list(conversationId, page)).items, []);
      await assert.rejects(other.messages.append({ conversationId, role: 'user', content: 'x' }), NotFoundError);
      await assert.rejects(other.conversations.create({ widgetId: needed(made.widgetId, 'widget') }), NotFoundError);
    },
  },
  {
    title: 'takes back a transaction that fails, all of it',
    async run({ storage, made }) {
      const { clientId } = one(made);
      const failure = new Error('on purpose');
      const before = await one(made).conversations.list({}, page);
      await assert.rejects(
        storage.transaction(async (scope) => {
          const { conversation } = await scope.forClient(clientId).conversations.create({});
          await scope
            .forClient(clientId)
            .messages.append({ conversationId: conversation.id, role: 'user', content: 'x' });
          throw failure;
        }),
        failure,
      );
      assert.deepEqual(await one(made).conversations.list({}, page), before);
    },
  },
  {
    title: 'keeps a change and its audit entry together',
    async run({ storage, made }) {
      const { clientId } = one(made);
      await storage.transaction(async (scope) => {
        const client = scope.forClient(clientId);
        await client.conversations.update(thread(made), { status: 'closed' });
        await client.audit.append({
          actorKind: 'system',
          actorId: null,
          actorName: 'Smoke test',
          action: 'conversation.updated',
          targetType: 'conversation',
          targetId: thread(made),
          details: { status: 'closed' },
          requestId: null,
        });
      });
      assert.equal((await one(made).conversations.find(thread(made)))?.status, 'closed');
      assert.equal((await one(made).audit.list(page)).items.length, 1);
    },
  },
  {
    title: 'keeps a sign-in session and ends it',
    async run({ sessionStore, mark, made }) {
      const cookie = new Cookie();
      cookie.originalMaxAge = 60_000;
      const userId = needed(made.userId, 'user');
      await answered((done) => sessionStore.set(mark, { cookie, passport: { user: userId } }, done));
      const kept = await answered<SessionData | null | undefined>((done) => sessionStore.get(mark, done));
      assert.equal(kept?.passport?.user, userId);
      assert.deepEqual(await sessionStore.endSessionsOf(userId), [mark]);
      assert.ok(!(await answered<SessionData | null | undefined>((done) => sessionStore.get(mark, done))));
    },
  },
  {
    title: 'removes a client with everything that belongs to it',
    async run({ storage, mark, made }) {
      const client = one(made);
      await client.client.remove();
      assert.equal(await client.conversations.find(thread(made)), undefined);
      assert.equal(await storage.directory.findWidgetByPublicKey(mark), undefined);
      assert.deepEqual(await storage.accounts.listMemberships(needed(made.userId, 'user')), []);
    },
  },
];

function one({ clients }: SmokeWorld['made']): ClientStorage {
  return needed(clients[0], 'client');
}

function thread({ conversationId }: SmokeWorld['made']): string {
  return needed(conversationId, 'conversation');
}

function needed<T>(value: T | null | undefined, what: string): T {
  if (value === undefined || value === null) throw new Error(`needs the ${what} of an earlier check`);
  return value;
}

function answered<T = void>(call: (done: (error?: unknown, value?: T) => void) => void): Promise<T> {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value as T))));
}
