import { describe, expect, it } from 'vitest';
import { ConflictError, NotFoundError, StorageUnavailableError, StorageUsageError } from '../errors.ts';
import type { StorageScope } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addMember,
  addUser,
  addVisitor,
  addWidget,
  auditInput,
  errorOf,
  messageInput,
  strangeId,
  userInput,
  widgetInput,
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
          }),
        );
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'conversation' });
        for (const one of [...caught, error]) expect(one).toBe(error);
        expect(caught).toHaveLength(4);
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

    describe('concurrency', () => {
      it('runs work again when it collides, and keeps nothing of the runs that failed', async () => {
        const { client } = await addClient(t.storage);
        const [a, b] = [await addConversation(client), await addConversation(client)];
        const [aIsHeld, holdA] = gate();
        const [bIsHeld, holdB] = gate();
        let runs = 0;
        const crossing = (first: string, second: string, held: () => void, other: Promise<void>) =>
          t.storage.transaction(async (scope) => {
            runs++;
            const scoped = scope.forClient(client.clientId);
            await scoped.audit.append(auditInput({ targetId: first }));
            await scoped.messages.append(messageInput(first));
            held();
            await other;
            await scoped.messages.append(messageInput(second));
          });
        await Promise.all([crossing(a.id, b.id, holdA, bIsHeld), crossing(b.id, a.id, holdB, aIsHeld)]);
        expect(runs).toBeGreaterThan(2);
        const audit = (await client.audit.list({ limit: 10 })).items.map(({ targetId }) => targetId);
        expect(audit.sort()).toEqual([a.id, b.id].sort());
        for (const { id } of [a, b]) {
          const { items } = await client.messages.list(id, { limit: 10 });
          expect(items.map(({ sequence }) => sequence)).toEqual([1, 2]);
          expect(await client.conversations.find(id)).toMatchObject({ messageCount: 2, lastSequence: 2 });
        }
      });

      it('gets many transactions on the same row through', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        await Promise.all(
          Array.from({ length: 20 }, (_, n) =>
            t.storage.transaction(async (scope) => {
              const scoped = scope.forClient(client.clientId);
              await scoped.messages.append(messageInput(conversation.id, { content: `${n}` }));
              await scoped.audit.append(auditInput({ targetId: `${n}` }));
            }),
          ),
        );
        const { items } = await client.messages.list(conversation.id, { limit: 100 });
        expect(items.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 20 }, (_, n) => n + 1));
        expect(new Set(items.map(({ content }) => content)).size).toBe(20);
        expect((await client.audit.list({ limit: 100 })).items).toHaveLength(20);
      });

      it('lets a single write from elsewhere and a transaction on the same row both through', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        const [held, hold] = gate();
        const [mayEnd, letEnd] = gate();
        const running = t.storage.transaction(async (scope) => {
          await scope.forClient(client.clientId).messages.append(messageInput(conversation.id));
          hold();
          await mayEnd;
        });
        await held;
        const single = client.messages.append(messageInput(conversation.id));
        letEnd();
        await Promise.all([running, single]);
        expect(await client.conversations.find(conversation.id)).toMatchObject({ messageCount: 2, lastSequence: 2 });
      });

      it('lets one of two transactions have what can be had once', async () => {
        const { client } = await addClient(t.storage);
        const { id: visitorId } = await addVisitor(client);
        const input = userInput();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 4 }, () =>
            t.storage.transaction(async (scope) => {
              await scope.accounts.createUser(input);
              const start = { visitorId, clientConversationId: 'c' };
              await scope.forClient(client.clientId).conversations.create(start);
            }),
          ),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'email_taken' });
        }
        expect((await client.conversations.list({ visitorId }, { limit: 10 })).items).toHaveLength(1);
      });

      it('finds the conversation that another transaction started with the same client-made id', async () => {
        const { client } = await addClient(t.storage);
        const { id: visitorId } = await addVisitor(client);
        const outcomes = await Promise.all(
          Array.from({ length: 4 }, () =>
            t.storage.transaction(async (scope) => {
              const scoped = scope.forClient(client.clientId);
              const start = await scoped.conversations.create({ visitorId, clientConversationId: 'c' });
              const input = messageInput(start.conversation.id, { clientMessageId: 'm' });
              return { ...start, ...(await scoped.messages.append(input)) };
            }),
          ),
        );
        expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
        expect(outcomes.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(new Set(outcomes.map(({ message }) => message.id)).size).toBe(1);
      });

      it('leaves one owner when transactions take the last two away at once', async () => {
        for (let round = 0; round < 5; round++) {
          const { client } = await addClient(t.storage);
          const owners = [await addUser(t.storage), await addUser(t.storage)];
          for (const { id } of owners) await client.members.add({ userId: id, role: 'owner' });
          await Promise.allSettled(
            owners.map(({ id }) =>
              t.storage.transaction(async (scope) => {
                const scoped = scope.forClient(client.clientId);
                await scoped.members.setRole(id, 'agent');
                await scoped.audit.append(auditInput({ targetId: id }));
              }),
            ),
          );
          expect((await client.members.list()).filter(({ role }) => role === 'owner')).toHaveLength(1);
          expect((await client.audit.list({ limit: 10 })).items).toHaveLength(1);
        }
      });

      /** Runs `inside` in a transaction that ends only after `outside`, a single call, has been started. */
      async function overlap(inside: (scope: StorageScope) => Promise<unknown>, outside: () => Promise<unknown>) {
        const [held, hold] = gate();
        const [mayEnd, letEnd] = gate();
        const running = t.storage.transaction(async (scope) => {
          await inside(scope);
          hold();
          await mayEnd;
        });
        await held;
        const single = outside();
        letEnd();
        return Promise.allSettled([running, single]);
      }

      it('leaves nothing of a client that is removed while a transaction holds a new row of it', async () => {
        const { client } = await addClient(t.storage);
        const outcomes = await overlap(
          (scope) => scope.forClient(client.clientId).conversations.create({}),
          () => client.client.remove(),
        );
        expect(outcomes[1].status).toBe('fulfilled');
        if (outcomes[0].status === 'rejected') expect(outcomes[0].reason).toMatchObject({ entity: 'client' });
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
      });

      it('leaves nothing of a client that gets a new row while a transaction removes it', async () => {
        const { client } = await addClient(t.storage);
        const outcomes = await overlap(
          (scope) => scope.forClient(client.clientId).client.remove(),
          () => client.conversations.create({}),
        );
        expect(outcomes[0].status).toBe('fulfilled');
        if (outcomes[1].status === 'rejected') expect(outcomes[1].reason).toMatchObject({ entity: 'client' });
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
      });

      it('leaves no conversation with a member whom a transaction removes while it is assigned', async () => {
        const { client } = await addClient(t.storage);
        const user = await addMember(t.storage, client);
        const { id } = await addConversation(client);
        const outcomes = await overlap(
          (scope) => scope.forClient(client.clientId).members.remove(user.id),
          () => client.conversations.update(id, { assigneeId: user.id }),
        );
        expect(outcomes[0].status).toBe('fulfilled');
        expect((await client.conversations.find(id))?.assigneeId).toBeNull();
      });

      it('gives a key to one of a transaction and a single call', async () => {
        const { client } = await addClient(t.storage);
        const input = widgetInput();
        const outcomes = await overlap(
          (scope) => scope.forClient(client.clientId).widgets.create(input),
          () => client.widgets.create(input),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ reason: 'key_taken' });
        }
        expect(await client.widgets.list()).toHaveLength(1);
      });

      it('leaves nothing of a client that is removed while transactions add to it', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        const adding = (n: number) =>
          t.storage.transaction(async (scope) => {
            const scoped = scope.forClient(client.clientId);
            await scoped.messages.append(messageInput(conversation.id, { content: `${n}` }));
            await scoped.conversations.create({ title: `${n}` });
          });
        const removing = t.storage.transaction((scope) => scope.forClient(client.clientId).client.remove());
        const outcomes = await Promise.allSettled([adding(0), adding(1), removing, adding(2), adding(3)]);
        expect(outcomes[2]?.status).toBe('fulfilled');
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(NotFoundError);
        }
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
        expect((await client.messages.list(conversation.id, { limit: 10 })).items).toEqual([]);
      });
    });
  });

  describe('storage', () => {
    it('answers a ping, lets running work end when it is closed, and may be closed again', async () => {
      const { storage, close } = await open();
      await storage.ping();
      const { client } = await addClient(storage);
      const [held, hold] = gate();
      const [mayEnd, letEnd] = gate();
      const order: string[] = [];
      const running = storage.transaction(async (scope) => {
        await scope.forClient(client.clientId).client.update({ name: 'Ended' });
        hold();
        await mayEnd;
        const { name } = await scope.forClient(client.clientId).client.get();
        order.push('work');
        return name;
      });
      await held;
      const closing = storage.close().then(() => order.push('closed'));
      letEnd();
      expect(await running).toBe('Ended');
      await closing;
      expect(order).toEqual(['work', 'closed']);
      await storage.close();
      await close();
    });

    it('throws StorageUnavailableError from everything once it is closed', async () => {
      const { storage, close } = await open();
      const { client } = await addClient(storage);
      await close();
      for (const late of [
        storage.ping(),
        storage.accounts.isEmpty(),
        client.client.update({ name: 'Late' }),
        client.messages.append(messageInput(strangeId())),
        storage.transaction(async () => {}),
      ]) {
        expect(await errorOf(late)).toBeInstanceOf(StorageUnavailableError);
      }
    });
  });
}

/** A promise and what resolves it. */
function gate(): [opened: Promise<void>, open: () => void] {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return [opened, open];
}
