import { describe, expect, it } from 'vitest';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, errorOf, strangeId } from './worlds.ts';

export function ratingsSuite(open: OpenHarness): void {
  describe('ratings', () => {
    const t = useHarness(open);

    it('the latest rating replaces the one before, whole', async () => {
      const { client } = await addClient(t.storage);
      const conversation = await addConversation(client);
      const conversationId = conversation.id;
      expect(await client.ratings.find(conversationId)).toBeUndefined();

      const first = await client.ratings.rate({
        conversationId: conversationId.toUpperCase(),
        score: 5,
        comment: 'Ω 😀',
      });
      expect(first).toEqual({
        clientId: client.clientId,
        conversationId,
        score: 5,
        comment: 'Ω 😀',
        createdAt: t.env.now(),
      });
      expect(await client.ratings.find(conversationId)).toEqual(first);

      t.env.advance(1);
      const second = await client.ratings.rate({ conversationId, score: 1, comment: null });
      expect(second).toEqual({ ...first, score: 1, comment: null, createdAt: t.env.now() });
      expect(await client.ratings.find(conversationId)).toEqual(second);
      expect(await client.conversations.find(conversationId)).toEqual(conversation);
    });

    it('belongs to one conversation and goes with it', async () => {
      const { client } = await addClient(t.storage);
      const [one, two] = [await addConversation(client), await addConversation(client)];
      for (const { id } of [one, two]) {
        await client.ratings.rate({ conversationId: id, score: 3, comment: null });
      }
      await client.conversations.remove(one.id);
      expect(await client.ratings.find(one.id)).toBeUndefined();
      expect(await client.ratings.find(two.id)).toMatchObject({ score: 3 });
      const error = await errorOf(client.ratings.rate({ conversationId: strangeId(), score: 3, comment: null }));
      expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
    });

    it('many at once leave one', async () => {
      const { client } = await addClient(t.storage);
      const conversationId = (await addConversation(client)).id;
      const scores = [1, 2, 3, 4, 5];
      await Promise.all(scores.map((score) => client.ratings.rate({ conversationId, score, comment: null })));
      expect(scores).toContain((await client.ratings.find(conversationId))?.score);
    });
  });
}
