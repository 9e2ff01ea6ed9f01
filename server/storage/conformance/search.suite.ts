import { describe, expect, it } from 'vitest';
import { type QueryTerm, queryTermsOf } from '../../lib/search-terms.ts';
import { InvalidCursorError } from '../errors.ts';
import { searchTermsMax } from '../search-entry.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, allPages, errorOf, strangeId } from './worlds.ts';

export function searchSuite(open: OpenHarness): void {
  describe('search', () => {
    const t = useHarness(open);

    /** A conversation that is found by these terms. */
    const add = async (client: ClientStorage, ...terms: string[]) => {
      t.env.advance(1);
      const conversation = await addConversation(client);
      await client.search.add({ conversationId: conversation.id, terms, upToSequence: 0 });
      return conversation;
    };
    const whole = (...terms: string[]): QueryTerm[] => terms.map((term) => ({ term, isPrefix: false }));
    const found = async (client: ClientStorage, wanted: QueryTerm[]) =>
      (await client.search.find(wanted, { limit: 100 })).items;

    describe('find', () => {
      it('answers conversations with all the terms, most recently updated first', async () => {
        const { client } = await addClient(t.storage);
        const one = await add(client, 'invoice', 'march');
        const two = await add(client, 'invoice', 'april');
        const three = await add(client, 'march', 'wind');
        expect(await found(client, whole('invoice'))).toEqual([two, one]);
        expect(await found(client, whole('march', 'invoice'))).toEqual([one]);
        expect(await found(client, whole('wind', 'april'))).toEqual([]);
        t.env.advance(1);
        const touched = await client.conversations.update(one.id, { title: 'x' });
        expect(await found(client, whole('invoice'))).toEqual([touched, two]);
        expect(await found(client, whole('march'))).toEqual([touched, three]);
      });

      it('finds terms by their beginning only where that is wanted, and never by a part of them', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await add(client, 'invoice', 'x');
        expect(await found(client, whole('inv'))).toEqual([]);
        expect(await found(client, [{ term: 'inv', isPrefix: true }])).toEqual([conversation]);
        expect(await found(client, [{ term: 'voice', isPrefix: true }])).toEqual([]);
        expect(await found(client, [{ term: 'invoices', isPrefix: true }])).toEqual([]);
        expect(await found(client, [{ term: 'invoice', isPrefix: true }, ...whole('x')])).toEqual([conversation]);
      });

      it('takes terms as they are, whatever their letters', async () => {
        const { client } = await addClient(t.storage);
        const terms = [
          "o'brien",
          'a\\b',
          'größe',
          'İ',
          '日本',
          '本',
          '😀x',
          '𝒳',
          "''",
          'a:*',
          'a&b',
          '!not',
          '(',
          'ß',
          'ss',
        ];
        const conversation = await add(client, ...terms);
        for (const term of terms) {
          expect([term, await found(client, whole(term))]).toEqual([term, [conversation]]);
          expect([term, await found(client, [{ term, isPrefix: true }])]).toEqual([term, [conversation]]);
        }
        for (const term of ['a', 'b', 'not', 'obrien', 'grosse', 'i']) {
          expect([term, await found(client, whole(term))]).toEqual([term, []]);
        }
        expect(await found(client, [{ term: '日', isPrefix: true }])).toEqual([conversation]);
      });

      it('finds nothing when nothing is wanted', async () => {
        const { client } = await addClient(t.storage);
        await add(client, 'a');
        expect(await client.search.find([], { limit: 5 })).toEqual({ items: [], nextCursor: null });
      });

      it('answers page by page without gaps or repeats, also where many were updated at once', async () => {
        const { client } = await addClient(t.storage);
        const all = [];
        for (let n = 0; n < 7; n++) {
          const conversation = await addConversation(client);
          await client.search.add({ conversationId: conversation.id, terms: ['a'], upToSequence: 0 });
          all.unshift(conversation);
        }
        for (const limit of [1, 2, 3, 7, 100]) {
          expect(await allPages((page) => client.search.find(whole('a'), page), limit)).toEqual(all);
        }
      });

      it('refuses a cursor it has not given out', async () => {
        const { client } = await addClient(t.storage);
        for (const wanted of [whole('a'), []]) {
          const error = await errorOf(client.search.find(wanted, { limit: 1, cursor: 'x' }));
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      });

      it('finds what other clients have under the same terms for them alone', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const theirs = await add(other, 'same');
        expect(await found(client, whole('same'))).toEqual([]);
        expect(await found(client, [{ term: 'client', isPrefix: true }])).toEqual([]);
        expect(await found(other, whole('same'))).toEqual([theirs]);
      });
    });

    describe('add', () => {
      it('adds to what is there, and goes forward only', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await add(client, 'a');
        expect(await client.search.upTo(id.toUpperCase())).toBe(0);
        await client.search.add({ conversationId: id.toUpperCase(), terms: ['b', 'a'], upToSequence: 7 });
        await client.search.add({ conversationId: id, terms: [], upToSequence: 3 });
        expect(await client.search.upTo(id)).toBe(7);
        expect(await found(client, whole('a', 'b'))).toHaveLength(1);
      });

      it('takes an entry without terms', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await add(client);
        expect(await client.search.upTo(id)).toBe(0);
        await client.search.add({ conversationId: id, terms: ['a'], upToSequence: 1 });
        expect(await found(client, whole('a'))).toHaveLength(1);
      });

      it('keeps all that many add at once', async () => {
        const { client } = await addClient(t.storage);
        const { id: conversationId } = await addConversation(client);
        const terms = ['a', 'b', 'c', 'd', 'e'];
        await Promise.all(
          terms.map((term, n) => client.search.add({ conversationId, terms: [term], upToSequence: n })),
        );
        expect(await client.search.upTo(conversationId)).toBe(4);
        expect(await found(client, whole(...terms))).toHaveLength(1);
      });

      it('keeps a bounded number of terms, the first', async () => {
        const { client } = await addClient(t.storage);
        const { id: conversationId } = await add(client, 'first');
        // As long as terms get, in characters that take the most room.
        const terms = Array.from({ length: searchTermsMax + 10 }, (_, n) => `${n}`.padEnd(32, '語'));
        await client.search.add({ conversationId, terms, upToSequence: 1 });
        expect(await found(client, whole('first', terms[0]!, terms[searchTermsMax - 2]!))).toHaveLength(1);
        expect(await found(client, whole(terms[searchTermsMax - 1]!))).toEqual([]);
        await client.search.add({ conversationId, terms: ['late'], upToSequence: 2 });
        expect(await found(client, whole('late'))).toEqual([]);
        expect(await client.search.upTo(conversationId)).toBe(2);
      });

      it('throws NotFoundError for an unknown conversation, of which nothing is known', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.search.add({ conversationId: strangeId(), terms: ['a'], upToSequence: 0 }));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
        expect(await client.search.upTo(strangeId())).toBeUndefined();
        expect(await client.search.upTo((await addConversation(client)).id)).toBeUndefined();
      });

      it('goes with its conversation', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await add(client, 'a');
        await client.conversations.remove(id);
        expect(await client.search.upTo(id)).toBeUndefined();
        expect(await found(client, queryTermsOf('a'))).toEqual([]);
      });
    });
  });
}
