import { describe, expect, it } from 'vitest';
import type { ChunkRange } from '../repositories/chunks.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addDocument, chunkInput, documentInput, published, publishTexts } from './knowledge-worlds.ts';
import { addClient, errorOf, strangeId } from './worlds.ts';

export function chunksSuite(open: OpenHarness): void {
  describe('chunks', () => {
    const t = useHarness(open);
    const notFound = { name: 'NotFoundError', entity: 'chunk' };

    const start = async (texts: string[] = ['One', 'Two', 'Three']) => {
      const { client } = await addClient(t.storage);
      const { document, chunks } = await addDocument(client, texts);
      return { client, document, chunks };
    };

    describe('find', () => {
      it('answers a chunk of the version that answers, and no other', async () => {
        const { client, document, chunks } = await start();
        expect(await client.chunks.find(chunks[0]!.id.toUpperCase())).toEqual(chunks[0]);
        expect(await client.chunks.find(strangeId())).toBeUndefined();
        await publishTexts(client, document.id, ['Four']);
        expect(await client.chunks.find(chunks[0]!.id)).toBeUndefined();
      });

      it('answers a copy', async () => {
        const { client, chunks } = await start();
        (await client.chunks.find(chunks[0]!.id))!.titlePath.push('X');
        expect(await client.chunks.find(chunks[0]!.id)).toEqual(chunks[0]);
      });
    });

    describe('list', () => {
      it('answers by number, from beyond the one given', async () => {
        const { client, document, chunks } = await start();
        const list = (range: { after?: number; limit: number }) => client.chunks.list(document.id.toUpperCase(), range);
        expect(chunks.map(({ number, text }) => [number, text])).toEqual([
          [1, 'One'],
          [2, 'Two'],
          [3, 'Three'],
        ]);
        expect(await list({ limit: 100 })).toEqual(chunks);
        expect(await list({ limit: 2 })).toEqual(chunks.slice(0, 2));
        expect(await list({ after: 1, limit: 1 })).toEqual(chunks.slice(1, 2));
        expect(await list({ after: -5, limit: 1 })).toEqual(chunks.slice(0, 1));
        expect(await list({ after: 3, limit: 1 })).toEqual([]);
        expect(await client.chunks.list(strangeId(), { limit: 1 })).toEqual([]);
      });

      it('answers those of one part alone', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await client.documents.create(documentInput());
        const version = await client.documents.beginVersion(id);
        const staged = [1, 1, 2, 2, 3].map((partNumber, index) => chunkInput(index + 1, { partNumber }));
        await client.documents.stage(id, version, { chunks: staged });
        await client.documents.publish(id, version, published);
        const list = async (partNumber: number, after?: number, limit = 100) =>
          (await client.chunks.list(id, { partNumber, after, limit })).map(({ number }) => number);
        expect(await list(2)).toEqual([3, 4]);
        expect(await list(2, 3)).toEqual([4]);
        expect(await list(2, 0, 1)).toEqual([3]);
        expect(await list(4)).toEqual([]);
      });

      it('answers those of one part', async () => {
        const { client, document } = await start();
        const version = await client.documents.beginVersion(document.id);
        const staged = [1, 2, 1, 3, 1].map((partNumber, index) => chunkInput(index + 1, { partNumber }));
        await client.documents.stage(document.id, version, { chunks: staged });
        await client.documents.publish(document.id, version, published);
        const numbersOf = async (range: ChunkRange) =>
          (await client.chunks.list(document.id, range)).map(({ number }) => number);
        expect(await numbersOf({ partNumber: 1, limit: 100 })).toEqual([1, 3, 5]);
        expect(await numbersOf({ partNumber: 1, after: 1, limit: 1 })).toEqual([3]);
        expect(await numbersOf({ partNumber: 9, limit: 100 })).toEqual([]);
      });

      it('answers nothing of a version that is being built', async () => {
        const { client, document, chunks } = await start();
        const version = await client.documents.beginVersion(document.id);
        await client.documents.stage(document.id, version, { chunks: [chunkInput(1), chunkInput(4)] });
        expect(await client.chunks.list(document.id, { limit: 100 })).toEqual(chunks);
      });
    });

    describe('update', () => {
      it('puts a text right, keeps what it was, and takes it back', async () => {
        const { client, chunks } = await start();
        const one = chunks[0]!;
        const right = await client.chunks.update(one.id.toUpperCase(), { text: 'One 😀' });
        expect(right).toEqual({ ...one, text: 'One 😀', originalText: 'One', edited: true });
        const again = await client.chunks.update(one.id, { text: 'Uno' });
        expect(again).toEqual({ ...one, text: 'Uno', originalText: 'One', edited: true });
        expect(await client.chunks.find(one.id)).toEqual(again);
        expect(await client.chunks.update(one.id, { text: null })).toEqual(one);
        expect(await client.chunks.update(one.id, { text: null })).toEqual(one);
        expect(await client.chunks.find(one.id)).toEqual(one);
      });

      it('is no edit when the text is the original one', async () => {
        const { client, chunks } = await start();
        expect(await client.chunks.update(chunks[0]!.id, { text: 'One' })).toEqual(chunks[0]);
        await client.chunks.update(chunks[0]!.id, { text: 'Uno' });
        expect(await client.chunks.update(chunks[0]!.id, { text: 'One' })).toEqual(chunks[0]);
      });

      it('hides and shows, and leaves alone what is left out', async () => {
        const { client, chunks } = await start();
        const { id } = chunks[1]!;
        expect(await client.chunks.update(id, { hidden: true })).toEqual({ ...chunks[1], hidden: true });
        const edited = { ...chunks[1], text: 'Zwei', originalText: 'Two', edited: true };
        expect(await client.chunks.update(id, { text: 'Zwei' })).toEqual({ ...edited, hidden: true });
        expect(await client.chunks.update(id, {})).toEqual({ ...edited, hidden: true });
        expect(await client.chunks.update(id, { hidden: false })).toEqual(edited);
        expect(await client.chunks.find(id)).toEqual(edited);
      });

      it('throws NotFoundError for a chunk that does not answer', async () => {
        const { client, document, chunks } = await start();
        await publishTexts(client, document.id, ['Four']);
        for (const id of [strangeId(), chunks[0]!.id]) {
          expect(await errorOf(client.chunks.update(id, { hidden: true }))).toMatchObject(notFound);
        }
      });

      it('of one chunk by many at once ends with what one of them wanted', async () => {
        const { client, chunks } = await start();
        const { id } = chunks[0]!;
        await Promise.all(['a', 'b', 'c', 'd'].map((text) => client.chunks.update(id, { text })));
        const after = await client.chunks.find(id);
        expect(after).toMatchObject({ originalText: 'One', edited: true });
        expect(['a', 'b', 'c', 'd']).toContain(after!.text);
      });
    });
  });
}
