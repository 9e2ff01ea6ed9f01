import { describe, expect, it } from 'vitest';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import { ConflictError, InvalidCursorError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addDocument, chunkInput, documentInput, partInput, published, publishTexts } from './knowledge-worlds.ts';
import { addClient, allPages, errorOf, strangeId } from './worlds.ts';

export function documentsSuite(open: OpenHarness): void {
  describe('documents', () => {
    const t = useHarness(open);
    const notFound = { name: 'NotFoundError', entity: 'document' };

    const start = async () => {
      const { client } = await addClient(t.storage);
      const document = await client.documents.create(documentInput());
      const { id } = document;
      const textsOf = async (documentId = id) =>
        (await client.chunks.list(documentId, { limit: 100 })).map(({ text }) => text);
      const partsOf = (documentId = id) => client.documents.listParts(documentId, { limit: 100 });
      return { client, document, id, textsOf, partsOf };
    };

    describe('create', () => {
      it('stores what is given, queued and empty', async () => {
        const { client } = await addClient(t.storage);
        const input = documentInput({
          kind: 'site',
          name: 'Größe 😀',
          url: 'https://shop.example/',
          mediaType: 'text/html',
          sizeBytes: 5_000_000_000,
          storageKey: 'a/b',
          content: { text: 'x', pairs: [{ question: 'q', answer: 'a' }] },
          crawl: { pagesMax: 5, depthMax: 2 },
          createdBy: strangeId(),
        });
        const document = await client.documents.create(input);
        expect(document).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          language: null,
          status: 'queued',
          statusReason: null,
          progress: 0,
          version: 0,
          begunVersion: 0,
          pageCount: 0,
          wordCount: 0,
          chunkCount: 0,
          createdAt: t.env.now(),
          updatedAt: t.env.now(),
          processedAt: null,
        });
        expect(await client.documents.find(document.id.toUpperCase())).toEqual(document);
      });

      it('takes what is left out for unknown, and keeps ids in lower case', async () => {
        const { client } = await addClient(t.storage);
        const createdBy = strangeId();
        const document = await client.documents.create(documentInput({ createdBy: createdBy.toUpperCase() }));
        const unknown = { url: null, mediaType: null, sizeBytes: null, storageKey: null, content: null, crawl: null };
        expect(document).toMatchObject({ ...unknown, createdBy });
        expect((await client.documents.create(documentInput())).createdBy).toBeNull();
      });
    });

    describe('find and list', () => {
      it('find answers undefined when there is none, and a copy otherwise', async () => {
        const { client, document, id } = await start();
        expect(await client.documents.find(strangeId())).toBeUndefined();
        (await client.documents.find(id))!.createdAt.setTime(0);
        expect(await client.documents.find(id)).toEqual(document);
      });

      it('list answers newest first, then the highest id, page by page', async () => {
        const { client } = await addClient(t.storage);
        const all: KnowledgeDocument[] = [];
        for (const step of [0, 0, 5, -7, 5]) {
          t.env.advance(step);
          all.push(await client.documents.create(documentInput()));
        }
        all.sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? 1 : -1));
        for (const limit of [1, 2, 5, 100]) {
          expect(await allPages((page) => client.documents.list(page), limit)).toEqual(all);
        }
        for (const cursor of ['', 'x']) {
          const error = await errorOf(client.documents.list({ limit: 1, cursor }));
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      });

      it('list is empty where there is nothing', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.documents.list({ limit: 1 })).toEqual({ items: [], nextCursor: null });
      });
    });

    describe('update', () => {
      it('changes what is given and sets updatedAt', async () => {
        const { client, document, id } = await start();
        const changes = [
          { name: 'New' },
          { url: 'https://x.example', mediaType: 'text/plain', sizeBytes: 7 },
          { content: { text: 'y' }, crawl: { pagesMax: 1, depthMax: 0 } },
          { status: 'failed', statusReason: 'It is empty.', progress: 30 },
          { url: null, content: null, statusReason: null },
        ] as const;
        let expected = document;
        for (const change of changes) {
          t.env.advance(1);
          expected = { ...expected, ...structuredClone(change), updatedAt: t.env.now() } as KnowledgeDocument;
          expect(await client.documents.update(id.toUpperCase(), structuredClone(change))).toEqual(expected);
        }
        expect(await client.documents.find(id)).toEqual(expected);
      });

      it('leaves updatedAt as it is when nothing but progress is given, or nothing', async () => {
        const { client, document, id } = await start();
        t.env.advance(1);
        expect(await client.documents.update(id, { progress: 500 })).toEqual({ ...document, progress: 500 });
        expect(await client.documents.update(id, {})).toEqual({ ...document, progress: 500 });
      });

      it('throws NotFoundError when there is none', async () => {
        const { client } = await start();
        for (const change of [{ name: 'X' }, { progress: 1 }, {}]) {
          expect(await errorOf(client.documents.update(strangeId(), change))).toMatchObject(notFound);
        }
      });
    });

    describe('a version', () => {
      it('is numbered anew each time, and shows nothing until it is published', async () => {
        const { client, document, id, textsOf, partsOf } = await start();
        const first = await client.documents.beginVersion(id.toUpperCase());
        const second = await client.documents.beginVersion(id);
        expect(first).toBeGreaterThan(0);
        expect(second).toBeGreaterThan(first);
        await client.documents.stage(id, second, { parts: [partInput(1)], chunks: [chunkInput(1)] });
        expect([await textsOf(), await partsOf()]).toEqual([[], []]);
        expect(await client.documents.findPart(id, 1)).toBeUndefined();
        const { version, updatedAt } = (await client.documents.find(id))!;
        expect({ version, updatedAt }).toEqual({ version: 0, updatedAt: document.updatedAt });
      });

      it('is published whole, whatever the order it was staged in', async () => {
        const { client, document, id } = await start();
        const version = await client.documents.beginVersion(id);
        const chunks = [
          chunkInput(2, { titlePath: ['Guide', 'Größe'], page: 2, url: 'https://x.example/', start: 3, end: 8 }),
          chunkInput(1, { text: '😀 one', partNumber: 2 }),
          chunkInput(3, { titlePath: [] }),
        ];
        await client.documents.stage(id, version, { chunks: chunks.slice(0, 2) });
        await client.documents.stage(id.toUpperCase(), version, { parts: [partInput(2), partInput(1)] });
        await client.documents.stage(id, version, { chunks: chunks.slice(2) });
        await client.documents.stage(id, version, {});
        t.env.advance(1);
        const now = t.env.now();
        const done = await client.documents.publish(id.toUpperCase(), version, {
          pageCount: 4,
          wordCount: 1_234,
          language: 'de',
          statusReason: 'Two pages hold no text.',
          sizeBytes: 99,
        });
        expect(done).toEqual({
          ...document,
          status: 'ready',
          statusReason: 'Two pages hold no text.',
          progress: 1000,
          language: 'de',
          sizeBytes: 99,
          version,
          begunVersion: version,
          pageCount: 4,
          wordCount: 1_234,
          chunkCount: 3,
          updatedAt: now,
          processedAt: now,
        });
        expect(await client.documents.find(id)).toEqual(done);
        const found = await client.chunks.list(id, { limit: 100 });
        const within = { clientId: client.clientId, id: expect.any(String), documentId: id, version };
        const asRead = { originalText: null, edited: false, hidden: false };
        expect(found).toEqual([chunks[1], chunks[0], chunks[2]].map((chunk) => ({ ...within, ...chunk, ...asRead })));
        expect(new Set(found.map((chunk) => chunk.id)).size).toBe(3);
      });

      it('published without a language, a reason or a size has none of the first two, and the size it had', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await client.documents.create(documentInput({ sizeBytes: 5 }));
        const first = await client.documents.beginVersion(id);
        await client.documents.publish(id, first, { ...published, language: 'fr', statusReason: 'Look at it.' });
        await client.documents.update(id, { status: 'failed', statusReason: 'No.', progress: 7 });
        const empty = await publishTexts(client, id, []);
        const expected = { status: 'ready', statusReason: null, language: null, sizeBytes: 5, chunkCount: 0 };
        expect(empty).toMatchObject({ ...expected, progress: 1000 });
      });

      it('answers until the next one takes its place, which leaves nothing of it', async () => {
        const { client, id, textsOf, partsOf } = await start();
        await publishTexts(client, id, ['Old 1', 'Old 2']);
        const [old] = await client.chunks.list(id, { limit: 1 });
        const version = await client.documents.beginVersion(id);
        await client.documents.stage(id, version, { parts: [partInput(9)], chunks: [chunkInput(1, { text: 'New' })] });
        expect(await textsOf()).toEqual(['Old 1', 'Old 2']);
        expect(await partsOf()).toMatchObject([{ number: 1 }]);
        await client.documents.publish(id, version, published);
        expect(await textsOf()).toEqual(['New']);
        expect(await partsOf()).toMatchObject([{ number: 9, version }]);
        expect(await client.chunks.find(old!.id)).toBeUndefined();
      });

      it('begun again starts from nothing, and the one given up can neither be staged nor published', async () => {
        const { client, id, textsOf } = await start();
        await publishTexts(client, id, ['Old']);
        const lost = await client.documents.beginVersion(id);
        const staged = { parts: [partInput(1)], chunks: [chunkInput(1, { text: 'Half' })] };
        await client.documents.stage(id, lost, staged);
        const version = await client.documents.beginVersion(id);
        expect(await errorOf(client.documents.stage(id, lost, staged))).toMatchObject(notFound);
        expect(await errorOf(client.documents.publish(id, lost, published))).toMatchObject(notFound);
        expect(await textsOf()).toEqual(['Old']);
        await client.documents.stage(id, version, { chunks: [chunkInput(1, { text: 'Whole' })] });
        expect(await client.documents.publish(id, version, published)).toMatchObject({ chunkCount: 1 });
        expect(await textsOf()).toEqual(['Whole']);
      });

      it('that answers can neither be staged nor published again, nor one that was never begun', async () => {
        const { client, id, textsOf } = await start();
        const { version } = await publishTexts(client, id, ['Old']);
        for (const wrong of [version, version + 1, 0, -1]) {
          const stage = client.documents.stage(id, wrong, { chunks: [chunkInput(2)] });
          expect(await errorOf(stage)).toMatchObject(notFound);
          expect(await errorOf(client.documents.publish(id, wrong, published))).toMatchObject(notFound);
        }
        expect(await textsOf()).toEqual(['Old']);
      });

      it('cannot be staged with a number twice, and then keeps nothing of what came with it', async () => {
        const { client, id, textsOf, partsOf } = await start();
        const version = await client.documents.beginVersion(id);
        await client.documents.stage(id, version, { parts: [partInput(1)], chunks: [chunkInput(1)] });
        for (const content of [
          { parts: [partInput(2), partInput(1)] },
          { parts: [partInput(2)], chunks: [chunkInput(2), chunkInput(1)] },
        ]) {
          const error = await errorOf(client.documents.stage(id, version, content));
          expect(error).toBeInstanceOf(ConflictError);
          expect(error).toMatchObject({ reason: 'id_taken' });
        }
        await client.documents.publish(id, version, published);
        expect([await textsOf(), await partsOf()]).toMatchObject([['Text of chunk 1'], [{ number: 1 }]]);
      });

      it('of a document that does not exist is not found', async () => {
        const { client } = await start();
        expect(await errorOf(client.documents.beginVersion(strangeId()))).toMatchObject(notFound);
        expect(await errorOf(client.documents.stage(strangeId(), 1, {}))).toMatchObject(notFound);
        expect(await errorOf(client.documents.publish(strangeId(), 1, published))).toMatchObject(notFound);
      });

      it('of thousands of chunks is published as one', async () => {
        const { client, id } = await start();
        for (const round of ['a', 'b']) {
          const version = await client.documents.beginVersion(id);
          const chunks = Array.from({ length: 5_000 }, (_, n) => chunkInput(n + 1, { text: `${round}${n}` }));
          await client.documents.stage(id, version, { parts: [partInput(1)], chunks });
          expect(await client.documents.publish(id, version, published)).toMatchObject({ chunkCount: 5_000 });
        }
        expect(await client.chunks.list(id, { after: 4_998, limit: 5 })).toMatchObject([
          { text: 'b4998' },
          { text: 'b4999' },
        ]);
      });
    });

    describe('publish', () => {
      it('keeps what the owner put right or hid where the same original text is there again', async () => {
        const { client, id } = await start();
        await publishTexts(client, id, ['A', 'B', 'C', 'D']);
        const [a, b, c] = await client.chunks.list(id, { limit: 100 });
        await client.chunks.update(a!.id, { text: 'A, put right' });
        await client.chunks.update(b!.id, { hidden: true });
        await client.chunks.update(c!.id, { text: 'C, put right', hidden: true });
        await publishTexts(client, id, ['C', 'X', 'A', 'B', 'D', 'A, put right']);
        const read = async () =>
          (await client.chunks.list(id, { limit: 100 })).map(({ text, originalText, edited, hidden }) => ({
            text,
            originalText,
            edited,
            hidden,
          }));
        const plain = { originalText: null, edited: false, hidden: false };
        expect(await read()).toEqual([
          { text: 'C, put right', originalText: 'C', edited: true, hidden: true },
          { text: 'X', ...plain },
          { text: 'A, put right', originalText: 'A', edited: true, hidden: false },
          { text: 'B', ...plain, hidden: true },
          { text: 'D', ...plain },
          { text: 'A, put right', ...plain },
        ]);
        await publishTexts(client, id, ['A']);
        expect(await read()).toEqual([{ text: 'A, put right', originalText: 'A', edited: true, hidden: false }]);
        await publishTexts(client, id, ['B']);
        expect(await read()).toEqual([{ text: 'B', ...plain }]);
      });

      it('does what was done to the first of equal texts, also to several', async () => {
        const { client, id } = await start();
        await publishTexts(client, id, ['A', 'A', 'A']);
        const [, second, third] = await client.chunks.list(id, { limit: 100 });
        await client.chunks.update(third!.id, { text: 'third' });
        await client.chunks.update(second!.id, { text: 'second' });
        await publishTexts(client, id, ['A', 'B', 'A']);
        const texts = (await client.chunks.list(id, { limit: 100 })).map(({ text }) => text);
        expect(texts).toEqual(['second', 'B', 'second']);
      });

      it('inside a transaction that fails leaves the version before', async () => {
        const { client, id, textsOf } = await start();
        const before = await publishTexts(client, id, ['Old']);
        const version = await client.documents.beginVersion(id);
        await client.documents.stage(id, version, { chunks: [chunkInput(1, { text: 'New' })] });
        const failing = t.storage.transaction(async (scope) => {
          await scope.forClient(client.clientId).documents.publish(id, version, published);
          throw new Error('no');
        });
        await errorOf(failing);
        expect(await client.documents.find(id)).toEqual({ ...before, begunVersion: version });
        expect(await textsOf()).toEqual(['Old']);
        await client.documents.publish(id, version, published);
        expect(await textsOf()).toEqual(['New']);
      });

      it('of one version by many at once is done by one', async () => {
        const { client, id, textsOf } = await start();
        const version = await client.documents.beginVersion(id);
        await client.documents.stage(id, version, { chunks: [chunkInput(1), chunkInput(2)] });
        const outcomes = await Promise.allSettled(
          Array.from({ length: 5 }, () => client.documents.publish(id, version, published)),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(notFound);
        }
        expect(await textsOf()).toHaveLength(2);
      });

      it('racing with a new beginning, with stages and with changes by the owner is whole or not done', async () => {
        const { client, id, textsOf } = await start();
        await publishTexts(client, id, ['Old']);
        const [old] = await client.chunks.list(id, { limit: 1 });
        const version = await client.documents.beginVersion(id);
        await client.documents.stage(id, version, { chunks: [chunkInput(1, { text: 'Old' })] });
        const [publishing, staging, editing] = await Promise.allSettled([
          client.documents.publish(id, version, published),
          client.documents.stage(id, version, { chunks: [chunkInput(2, { text: 'More' })] }),
          client.chunks.update(old!.id, { text: 'Put right' }),
          client.documents.beginVersion(id),
        ]);
        const texts = await textsOf();
        const { chunkCount } = (await client.documents.find(id))!;
        if (editing.status === 'rejected') {
          expect(editing.reason).toMatchObject({ name: 'NotFoundError', entity: 'chunk' });
        }
        const first = editing.status === 'fulfilled' ? 'Put right' : 'Old';
        const wasStaged = publishing.status === 'fulfilled' && staging.status === 'fulfilled';
        expect(texts).toEqual(wasStaged ? [first, 'More'] : [first]);
        expect(chunkCount).toBe(texts.length);
      });
    });

    describe('remove', () => {
      it('removes the document with its parts, chunks and job, and answers it', async () => {
        const { client, id, textsOf, partsOf } = await start();
        const document = await publishTexts(client, id, ['A']);
        const [chunk] = await client.chunks.list(id, { limit: 1 });
        await client.jobs.enqueue({ kind: 'ingest', subjectId: id });
        const kept = await client.jobs.enqueue({ kind: 'answer', subjectId: id });
        const other = await addDocument(client);
        expect(await client.documents.remove(id.toUpperCase())).toEqual(document);
        expect(await client.documents.find(id)).toBeUndefined();
        expect([await textsOf(), await partsOf()]).toEqual([[], []]);
        expect(await client.chunks.find(chunk!.id)).toBeUndefined();
        expect(await client.jobs.find('ingest', id)).toBeUndefined();
        expect(await client.jobs.find('answer', id)).toEqual(kept);
        expect(await client.chunks.list(other.document.id, { limit: 100 })).toEqual(other.chunks);
        expect(await errorOf(client.documents.remove(id))).toMatchObject(notFound);
      });

      it('racing with the publication of a version leaves nothing', async () => {
        const { client, id, textsOf } = await start();
        await publishTexts(client, id, ['A']);
        const version = await client.documents.beginVersion(id);
        await client.jobs.enqueue({ kind: 'ingest', subjectId: id });
        const [job] = await t.storage.queue.claim({ kinds: ['ingest'], limit: 1, leaseMs: 1_000 });
        const work = t.storage.transaction(async (scope) => {
          if (!(await scope.queue.complete(job!))) throw new Error('lost');
          const scoped = scope.forClient(client.clientId);
          await scoped.documents.stage(id, version, { parts: [partInput(1)], chunks: [chunkInput(1)] });
          await scoped.documents.publish(id, version, published);
        });
        const [removal] = await Promise.allSettled([client.documents.remove(id), work]);
        expect(removal.status).toBe('fulfilled');
        expect(await client.documents.find(id)).toBeUndefined();
        expect(await textsOf()).toEqual([]);
        expect(await client.jobs.find('ingest', id)).toBeUndefined();
      });
    });

    describe('findPart and listParts', () => {
      it('answer parts of the version that answers, the list without their text', async () => {
        const { client, id } = await start();
        const version = await client.documents.beginVersion(id);
        const parts = [3, 1, 2].map((number) => partInput(number, { url: 'https://x.example', text: `${number} 😀` }));
        await client.documents.stage(id, version, { parts });
        await client.documents.publish(id, version, published);
        const next = await client.documents.beginVersion(id);
        await client.documents.stage(id, next, { parts: [partInput(1), partInput(4)] });

        const within = { clientId: client.clientId, documentId: id, version };
        const part = { ...within, ...parts[1]! };
        expect(await client.documents.findPart(id.toUpperCase(), 1)).toEqual(part);
        for (const number of [0, 4, -1]) expect(await client.documents.findPart(id, number)).toBeUndefined();
        expect(await client.documents.findPart(strangeId(), 1)).toBeUndefined();

        const { text: _, ...listed } = part;
        const all = [listed, { ...listed, ...titled(2) }, { ...listed, ...titled(3) }];
        expect(await client.documents.listParts(id.toUpperCase(), { limit: 100 })).toEqual(all);
        expect(await client.documents.listParts(id, { limit: 2 })).toEqual(all.slice(0, 2));
        expect(await client.documents.listParts(id, { after: 1, limit: 1 })).toEqual(all.slice(1, 2));
        expect(await client.documents.listParts(id, { after: 3, limit: 100 })).toEqual([]);
        expect(await client.documents.listParts(strangeId(), { limit: 100 })).toEqual([]);
      });
    });
  });
}

const titled = (number: number) => ({ number, title: `Part ${number}`, page: number });
