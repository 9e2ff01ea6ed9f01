import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, StorageUsageError } from '../errors.ts';
import type { StorageScope } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addUser,
  addVisitor,
  addWidget,
  auditInput,
  errorOf,
  gate,
  messageInput,
  strangeId,
  userInput,
} from './worlds.ts';

export function transactionsSuite(open: OpenHarness): void {
  describe('transaction', () => {
    const t = useHarness(open);

    describe('atomicity', () => {
      it('stores everything that work wrote and answers what work answered', async () => {
        const answer = { any: 'thing' };
        let ids: string[] = [];
        const result = await t.storage.transaction(async (scope) => {
          const { row, client } = await addClient(scope, 'Inside');
          const user = await addUser(scope);
          await client.members.add({ userId: user.id, role: 'owner' });
          const conversation = await addConversation(client);
          await client.messages.append(messageInput(conversation.id));
          await client.audit.append(auditInput());
          ids = [user.id, row.id, conversation.id];
          return answer;
        });
        expect(result).toBe(answer);
        const membership = await t.storage.accounts.findMembership(ids[0]!, ids[1]!);
        const client = t.storage.forClient(membership!.clientId);
        expect((await client.messages.list(ids[2]!, { limit: 10 })).items).toHaveLength(1);
        expect((await client.audit.list({ limit: 10 })).items).toHaveLength(1);
      });

      it('stores nothing when work throws, and throws what it threw', async () => {
        const { client } = await addClient(t.storage, 'Before');
        const conversation = await addConversation(client);
        const widget = await addWidget(client, { name: 'Before' });
        const kept = await client.messages.append(messageInput(conversation.id));
        const mistake = new Error('mistake');
        let runs = 0;
        const user = userInput();
        const error = await errorOf(
          t.storage.transaction(async (scope) => {
            runs++;
            const scoped = scope.forClient(client.clientId);
            await scope.accounts.createUser(user);
            await scoped.client.update({ name: 'After' });
            await scoped.widgets.update(widget.id, { name: 'After', publicKey: 'wk_rolled_back' });
            await scoped.messages.append(messageInput(conversation.id, { clientMessageId: 'm' }));
            await scoped.conversations.remove((await addConversation(scoped)).id);
            throw mistake;
          }),
        );
        expect(error).toBe(mistake);
        expect(runs).toBe(1);
        expect(await t.storage.accounts.findUserByEmail(user.email)).toBeUndefined();
        expect((await client.client.get()).name).toBe('Before');
        expect(await client.widgets.find(widget.id)).toEqual(widget);
        expect(await t.storage.directory.findWidgetByPublicKey('wk_rolled_back')).toBeUndefined();
        expect(await client.conversations.find(conversation.id)).toEqual(kept.conversation);
        expect(
          (await client.messages.append(messageInput(conversation.id, { clientMessageId: 'm' }))).message,
        ).toMatchObject({ sequence: 2 });
      });

      it('brings everything back when a client was removed by work that throws', async () => {
        const { row, client } = await addClient(t.storage);
        const visitor = await addVisitor(client);
        const conversation = await addConversation(client, { visitorId: visitor.id });
        const { message } = await client.messages.append(messageInput(conversation.id));
        const seenInside: unknown[] = [];
        await errorOf(
          t.storage.transaction(async (scope) => {
            const scoped = scope.forClient(client.clientId);
            await scoped.client.remove();
            seenInside.push(await scoped.messages.list(conversation.id, { limit: 1 }));
            seenInside.push(await scoped.visitors.find(visitor.id));
            throw new Error('mistake');
          }),
        );
        expect(seenInside).toEqual([{ items: [], hasMore: false }, undefined]);
        expect(await client.client.get()).toEqual(row);
        expect(await client.visitors.find(visitor.id)).toEqual(visitor);
        expect((await client.messages.list(conversation.id, { limit: 1 })).items).toEqual([message]);
      });

      it('may do nothing at all', async () => {
        expect(await t.storage.transaction(async () => undefined)).toBeUndefined();
      });
    });

    describe('visibility', () => {
      it('shows work what it wrote, in every kind of look-up', async () => {
        const { client } = await addClient(t.storage);
        const older = await addConversation(client);
        t.env.advance(1);
        await t.storage.transaction(async (scope) => {
          const scoped = scope.forClient(client.clientId);
          const user = await addUser(scope);
          expect(await scope.accounts.findUserByEmail(user.email)).toEqual(user);
          await scope.accounts.updateUser(user.id, { email: `moved-${user.email}` });
          expect(await scope.accounts.findUserByEmail(user.email)).toBeUndefined();
          expect((await scope.accounts.findUserByEmail(`moved-${user.email}`))?.id).toBe(user.id);

          await scoped.members.add({ userId: user.id, role: 'owner' });
          expect(await scoped.members.list()).toHaveLength(1);
          expect(await scope.accounts.listMemberships(user.id)).toHaveLength(1);

          const widget = await addWidget(scoped, { status: 'pending', activateAt: new Date(0) });
          expect((await scope.directory.findWidgetByPublicKey(widget.publicKey))?.id).toBe(widget.id);
          const due = await scope.directory.listWidgetsDueForActivation(new Date(0), 100);
          expect(due.map(({ id }) => id)).toContain(widget.id);

          const newer = await addConversation(scoped);
          const { message } = await scoped.messages.append(messageInput(newer.id, { clientMessageId: 'm' }));
          const again = await scoped.messages.append(messageInput(newer.id, { clientMessageId: 'm' }));
          expect(again).toMatchObject({ repeated: true, message });
          const ids = async () => (await scoped.conversations.list({}, { limit: 10 })).items.map(({ id }) => id);
          expect(await ids()).toEqual([newer.id, older.id]);
          t.env.advance(1);
          await scoped.conversations.update(older.id, { title: 'moved' });
          expect(await ids()).toEqual([older.id, newer.id]);
          await scoped.conversations.remove(newer.id);
          expect(await ids()).toEqual([older.id]);
          expect(await scoped.messages.find(newer.id, message.id)).toBeUndefined();
        });
        expect((await client.conversations.list({}, { limit: 10 })).items).toHaveLength(1);
      });

      it('shows nobody else anything before work has ended', async () => {
        const { client } = await addClient(t.storage, 'Before');
        const conversation = await addConversation(client);
        const widget = await addWidget(client);
        const user = userInput();
        const looks = async () => ({
          user: (await t.storage.accounts.findUserByEmail(user.email))?.name,
          name: (await client.client.get()).name,
          widget: (await t.storage.directory.findWidgetByPublicKey(widget.publicKey))?.id,
          messages: (await client.messages.list(conversation.id, { limit: 10 })).items.length,
          count: (await client.conversations.find(conversation.id))?.messageCount,
          conversations: (await client.conversations.list({}, { limit: 10 })).items.length,
        });
        const before = { name: 'Before', widget: widget.id, messages: 0, count: 0, conversations: 1, user: undefined };
        const [written, writeIsDone] = gate();
        const [mayEnd, letEnd] = gate();
        const running = t.storage.transaction(async (scope) => {
          const scoped = scope.forClient(client.clientId);
          await scope.accounts.createUser(user);
          await scoped.client.update({ name: 'After' });
          await scoped.widgets.update(widget.id, { publicKey: 'wk_not_yet' });
          await scoped.messages.append(messageInput(conversation.id));
          await scoped.conversations.create({});
          expect(await looks()).toEqual(before);
          writeIsDone();
          await mayEnd;
        });
        await written;
        expect(await looks()).toEqual(before);
        expect(await t.storage.directory.findWidgetByPublicKey('wk_not_yet')).toBeUndefined();
        letEnd();
        await running;
        expect(await looks()).toEqual({
          user: user.name,
          name: 'After',
          widget: undefined,
          messages: 1,
          count: 1,
          conversations: 2,
        });
      });

      it('answers copies inside as well', async () => {
        await t.storage.transaction(async (scope) => {
          const user = await addUser(scope, { info: { list: [1] } });
          user.name = 'changed';
          (user.info.list as number[]).push(2);
          expect(await scope.accounts.findUser(user.id)).toMatchObject({ name: 'Ada', info: { list: [1] } });
        });
      });

      it('runs calls made at once inside', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        const numbers = await t.storage.transaction(async (scope) => {
          const scoped = scope.forClient(client.clientId);
          const results = await Promise.all(
            Array.from({ length: 5 }, () => scoped.messages.append(messageInput(conversation.id))),
          );
          return results.map(({ message }) => message.sequence);
        });
        expect(numbers.sort()).toEqual([1, 2, 3, 4, 5]);
        expect((await client.conversations.find(conversation.id))?.messageCount).toBe(5);
      });
    });

    describe('spoiling', () => {
      it('stores nothing and rejects with the first error, though work caught it', async () => {
        const taken = await addUser(t.storage);
        const first = userInput();
        let caught: unknown;
        const error = await errorOf(
          t.storage.transaction(async (scope) => {
            await scope.accounts.createUser(first);
            caught = await errorOf(scope.accounts.createUser(userInput({ email: taken.email })));
            return 'fine';
          }),
        );
        expect(caught).toBeInstanceOf(ConflictError);
        expect(error).toBe(caught);
        expect(await t.storage.accounts.findUserByEmail(first.email)).toBeUndefined();
      });

      it('answers every later call with the same error', async () => {
        const { client } = await addClient(t.storage, 'Before');
        const caught: unknown[] = [];
        const error = await errorOf(
          t.storage.transaction(async (scope) => {
            const scoped = scope.forClient(client.clientId);
            caught.push(await errorOf(scoped.conversations.update(strangeId(), { title: 'X' })));
            caught.push(await errorOf(scoped.client.update({ name: 'After' })));
            caught.push(await errorOf(scope.accounts.findUser(strangeId())));
            caught.push(await errorOf(scoped.members.remove(strangeId())));
            // Those that ask for nothing as well.
            caught.push(await errorOf(scoped.receipts.ratings([])));
            caught.push(await errorOf(scoped.visitors.namesOf([])));
            caught.push(await errorOf(scoped.findings.solve(strangeId(), 'https://x.example', [])));
            caught.push(await errorOf(scoped.outgoingWebhooks.eraseOfConversations([])));
          }),
        );
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'conversation' });
        for (const one of [...caught, error]) expect(one).toBe(error);
        expect(caught).toHaveLength(8);
        expect((await client.client.get()).name).toBe('Before');
      });

      it('rejects with what work throws instead', async () => {
        const own = new Error('own');
        const error = await errorOf(
          t.storage.transaction(async (scope) => {
            await errorOf(scope.forClient((await addClient(scope)).row.id).widgets.update(strangeId(), {}));
            throw own;
          }),
        );
        expect(error).toBe(own);
      });

      it('is not done by an answer that says there is none', async () => {
        const user = userInput();
        await t.storage.transaction(async (scope) => {
          expect(await scope.accounts.findUser(strangeId())).toBeUndefined();
          await scope.accounts.createUser(user);
        });
        expect(await t.storage.accounts.findUserByEmail(user.email)).toBeDefined();
      });
    });

    describe('misuse', () => {
      it('throws StorageUsageError from every use of the scope after its end', async () => {
        const { client } = await addClient(t.storage, 'Before');
        for (const fails of [false, true]) {
          let leaked: StorageScope | undefined;
          await t.storage
            .transaction(async (scope) => {
              leaked = scope;
              if (fails) throw new Error('mistake');
            })
            .catch(() => {});
          const scoped = leaked!.forClient(client.clientId);
          for (const late of [
            leaked!.accounts.findUser(strangeId()),
            leaked!.accounts.createUser(userInput()),
            leaked!.directory.findApiKeyByHash(''),
            scoped.client.get(),
            scoped.client.update({ name: 'After' }),
            scoped.messages.append(messageInput(strangeId())),
            scoped.members.remove(strangeId()),
          ]) {
            expect(await errorOf(late)).toBeInstanceOf(StorageUsageError);
          }
        }
        expect((await client.client.get()).name).toBe('Before');
      });

      it('refuses a write through the outer storage inside work, which could wait for itself for ever', async () => {
        const { client } = await addClient(t.storage, 'Before');
        const conversation = await addConversation(client);
        await t.storage.transaction(async (scope) => {
          await scope.forClient(client.clientId).client.update({ name: 'Inside' });
          for (const write of [
            () => client.client.update({ name: 'Outside' }),
            () => client.messages.append(messageInput(conversation.id)),
            () => client.members.remove(strangeId()),
            () => t.storage.accounts.createClient({ name: 'Outside' }),
            () => t.storage.transaction(async () => {}),
          ]) {
            expect(await errorOf(write())).toBeInstanceOf(StorageUsageError);
          }
          expect((await client.client.get()).name).toBe('Before');
        });
        expect((await client.client.get()).name).toBe('Inside');
        expect((await client.conversations.find(conversation.id))?.messageCount).toBe(0);
      });

      it('lets code that was started inside write through the outer storage after the end', async () => {
        const { client } = await addClient(t.storage);
        const [ended, end] = gate();
        const started = await t.storage.transaction(async () => ({
          later: ended.then(() => client.client.update({ name: 'Later' })),
        }));
        end();
        expect((await started.later).name).toBe('Later');
      });
    });
  });
}
