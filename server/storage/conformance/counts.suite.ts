import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, messageInput } from './worlds.ts';

export function countsSuite(open: OpenHarness): void {
  describe('counts', () => {
    const t = useHarness(open);
    const none = { open: 0, waiting: 0, snoozed: 0, closed: 0, unread: 0 };

    it('count conversations by status, and as unread those open or waiting that no agent has seen whole', async () => {
      const { client } = await addClient(t.storage);
      const { client: other } = await addClient(t.storage);
      expect(await client.counts.conversations()).toEqual(none);
      await addConversation(client);
      for (const status of ['open', 'waiting', 'waiting', 'snoozed', 'closed'] as const) {
        const { id } = await addConversation(client);
        await client.messages.append(messageInput(id));
        await client.conversations.update(id, { status });
      }
      const seen = await addConversation(client);
      await client.messages.append(messageInput(seen.id));
      await client.conversations.markRead(seen.id, 'agent', 1);
      expect(await client.counts.conversations()).toEqual({ open: 3, waiting: 2, snoozed: 1, closed: 1, unread: 3 });
      await client.messages.append(messageInput(seen.id));
      expect((await client.counts.conversations()).unread).toBe(4);
      expect(await other.counts.conversations()).toEqual(none);
    });

    it('stop at the bound', async () => {
      const { client } = await addClient(t.storage);
      await t.storage.transaction(async (scope) => {
        const { conversations } = scope.forClient(client.clientId);
        for (let n = 0; n < limits.conversationCountMax; n++) await conversations.create({});
      });
      expect(await client.counts.conversations()).toEqual({ ...none, open: limits.conversationCountMax });
      await addConversation(client);
      expect(await client.counts.conversations()).toEqual({ ...none, open: limits.conversationCountMax });
    }, 20_000);
  });
}
