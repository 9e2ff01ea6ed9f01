import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, cannedReplyInput, errorOf, strangeId } from './worlds.ts';

export function cannedRepliesSuite(open: OpenHarness): void {
  describe('canned replies', () => {
    const t = useHarness(open);
    const taken = { name: 'ConflictError', reason: 'shortcut_taken' };
    const notFound = { name: 'NotFoundError', entity: 'cannedReply' };

    it('create stores every field', async () => {
      const { client } = await addClient(t.storage);
      const input = { shortcut: 'größe', title: 'Größen 😀', content: ' a\nb ' };
      const reply = await client.cannedReplies.create(input);
      const now = t.env.now();
      const id = expect.any(String);
      expect(reply).toEqual({ ...input, clientId: client.clientId, id, createdAt: now, updatedAt: now });
      expect(await client.cannedReplies.find(reply.id.toUpperCase())).toEqual(reply);
    });

    it('create throws NotFoundError when the client has been removed', async () => {
      const { client } = await addClient(t.storage);
      await client.client.remove();
      const error = await errorOf(client.cannedReplies.create(cannedReplyInput()));
      expect(error).toMatchObject({ name: 'NotFoundError', entity: 'client' });
    });

    it('a shortcut is taken within its client, and free in every other', async () => {
      const { client } = await addClient(t.storage);
      const { client: other } = await addClient(t.storage);
      const first = await client.cannedReplies.create(cannedReplyInput({ shortcut: 'hi' }));
      const second = await client.cannedReplies.create(cannedReplyInput({ shortcut: 'bye' }));
      await other.cannedReplies.create(cannedReplyInput({ shortcut: 'hi' }));
      expect(await errorOf(client.cannedReplies.create(cannedReplyInput({ shortcut: 'hi' })))).toMatchObject(taken);
      expect(await errorOf(client.cannedReplies.update(second.id, { shortcut: 'hi' }))).toMatchObject(taken);
      expect(await client.cannedReplies.list()).toEqual([second, first]);
      await client.cannedReplies.remove(first.id);
      await client.cannedReplies.update(second.id, { shortcut: 'hi' });
    });

    it('of many who ask for a shortcut at once one gets it', async () => {
      const { client } = await addClient(t.storage);
      const input = cannedReplyInput();
      const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => client.cannedReplies.create(input)));
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });

    it('list answers all in code unit order of their shortcuts, whatever the collation', async () => {
      const { client } = await addClient(t.storage);
      for (const shortcut of ['b', 'ä', 'a-b', 'a', 'ab', 'z', '1', 'ａ']) {
        await client.cannedReplies.create(cannedReplyInput({ shortcut }));
      }
      const shortcuts = (await client.cannedReplies.list()).map(({ shortcut }) => shortcut);
      expect(shortcuts).toEqual(['1', 'a', 'a-b', 'ab', 'b', 'z', 'ä', 'ａ']);
    });

    it('update changes the given fields, and its own shortcut stays its own', async () => {
      const { client } = await addClient(t.storage);
      const reply = await client.cannedReplies.create(cannedReplyInput());
      t.env.advance(1);
      const updated = await client.cannedReplies.update(reply.id, { shortcut: reply.shortcut, content: 'New' });
      expect(updated).toEqual({ ...reply, content: 'New', updatedAt: t.env.now() });
      expect(await client.cannedReplies.find(reply.id)).toEqual(updated);
    });

    it('what is not there is not found', async () => {
      const { client } = await addClient(t.storage);
      expect(await client.cannedReplies.find(strangeId())).toBeUndefined();
      expect(await errorOf(client.cannedReplies.update(strangeId(), { title: 'x' }))).toMatchObject(notFound);
      expect(await errorOf(client.cannedReplies.remove(strangeId()))).toMatchObject(notFound);
      expect(await client.cannedReplies.list()).toEqual([]);
    });

    it('answers copies', async () => {
      const { client } = await addClient(t.storage);
      const reply = await client.cannedReplies.create(cannedReplyInput());
      const expected = structuredClone(reply);
      reply.title = 'changed';
      reply.createdAt.setTime(0);
      (await client.cannedReplies.list())[0]!.title = 'changed';
      expect(await client.cannedReplies.find(reply.id)).toEqual(expected);
    });
  });
}
