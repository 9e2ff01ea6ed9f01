import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import type { StorageScope } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addMember,
  addUser,
  addVisitor,
  auditInput,
  gate,
  messageInput,
  userInput,
  widgetInput,
} from './worlds.ts';

export function concurrencySuite(open: OpenHarness): void {
  describe('transactions at once', () => {
    const t = useHarness(open);

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
}
