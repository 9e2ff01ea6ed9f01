import { describe, expect, it } from 'vitest';
import { NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, allPages, attachmentInput, errorOf, gate, strangeId } from './worlds.ts';

function errorOfLate(error: unknown): 'refused' {
  expect(error).toBeInstanceOf(NotFoundError);
  return 'refused';
}

export function attachmentsSuite(open: OpenHarness): void {
  describe('attachments', () => {
    const t = useHarness(open);

    async function thread() {
      const { client } = await addClient(t.storage);
      const { id } = await addConversation(client);
      const upload = (conversationId = id) => client.attachments.create(attachmentInput(conversationId));
      return { client, id, upload, visitor: { conversationId: id, uploadedBy: 'visitor' as const } };
    }

    describe('create', () => {
      it('stores what is known of a file, which nobody has sent yet', async () => {
        const { client, id } = await thread();
        const input = attachmentInput(id, { name: 'Größe 😀.pdf', uploadedBy: 'agent', sizeBytes: 0 });
        const attachment = await client.attachments.create({ ...input, conversationId: id.toUpperCase() });
        expect(attachment).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          sentAt: null,
          createdAt: t.env.now(),
        });
        expect(await client.attachments.find(attachment.id.toUpperCase())).toEqual(attachment);
      });

      it('throws NotFoundError when there is no such conversation', async () => {
        const { client } = await thread();
        const { id: foreign } = await thread();
        for (const id of [strangeId(), foreign]) {
          const error = await errorOf(client.attachments.create(attachmentInput(id)));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'conversation' });
        }
      });
    });

    describe('find', () => {
      it('answers undefined when there is none, and when its conversation is gone', async () => {
        const { client, id, upload } = await thread();
        const attachment = await upload();
        expect(await client.attachments.find(strangeId())).toBeUndefined();
        await client.conversations.remove(id);
        expect(await client.attachments.find(attachment.id)).toBeUndefined();
      });

      it('answers a copy', async () => {
        const { client, upload } = await thread();
        const attachment = await upload();
        attachment.createdAt.setTime(0);
        (await client.attachments.find(attachment.id))!.name = 'X';
        expect(await client.attachments.find(attachment.id)).toMatchObject({
          name: 'photo.png',
          createdAt: t.env.now(),
        });
      });
    });

    describe('list', () => {
      it('answers those of the client or of a conversation in the order they were uploaded, page by page', async () => {
        const { client, id, upload } = await thread();
        const other = await addConversation(client);
        const own = [await upload(), await upload(), await upload()];
        const theirs = await upload(other.id);
        for (const limit of [1, 2, 3, 100]) {
          const ofThread = { conversationId: id.toUpperCase() };
          expect(await allPages((page) => client.attachments.list(ofThread, page), limit)).toEqual(own);
          expect(await allPages((page) => client.attachments.list({}, page), limit)).toEqual([...own, theirs]);
        }
        const none = { items: [], nextCursor: null };
        expect(await client.attachments.list({ conversationId: strangeId() }, { limit: 1 })).toEqual(none);
      });
    });

    describe('take', () => {
      it('marks them as sent and answers them in the order they were named', async () => {
        const { client, upload, visitor } = await thread();
        const [a, b, c] = [await upload(), await upload(), await upload()];
        t.env.advance(5);
        const taken = await client.attachments.take([c.id, a.id.toUpperCase()], visitor);
        expect(taken).toEqual([
          { ...c, sentAt: t.env.now() },
          { ...a, sentAt: t.env.now() },
        ]);
        expect(await client.attachments.find(c.id)).toEqual(taken[0]);
        expect(await client.attachments.find(b.id)).toEqual(b);
      });

      it('takes none when one is of another conversation or side, has been sent, or is not there', async () => {
        const { client, id, upload, visitor } = await thread();
        const other = await upload((await addConversation(client)).id);
        const agents = await client.attachments.create(attachmentInput(id, { uploadedBy: 'agent' }));
        const sent = await upload();
        await client.attachments.take([sent.id], visitor);
        const free = await upload();
        for (const wrong of [other.id, agents.id, sent.id, strangeId()]) {
          const error = await errorOf(client.attachments.take([free.id, wrong], visitor));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'attachment' });
          expect(await client.attachments.find(free.id)).toEqual(free);
        }
        expect(await client.attachments.take([], visitor)).toEqual([]);
      });

      it('gives each to one of many who want it at once', async () => {
        const { client, upload, visitor } = await thread();
        const [a, b] = [await upload(), await upload()];
        const outcomes = await Promise.allSettled(
          Array.from({ length: 6 }, (_, n) => client.attachments.take(n % 2 ? [a.id, b.id] : [b.id, a.id], visitor)),
        );
        expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      });
    });

    describe('countUnsent', () => {
      it('counts what one side has uploaded into the conversation and not sent', async () => {
        const { client, id, upload, visitor } = await thread();
        await client.attachments.create(attachmentInput(id, { uploadedBy: 'agent' }));
        await upload((await addConversation(client)).id);
        const [sent] = [await upload(), await upload()];
        expect(await client.attachments.countUnsent({ ...visitor, conversationId: id.toUpperCase() })).toBe(2);
        await client.attachments.take([sent.id], visitor);
        expect(await client.attachments.countUnsent(visitor)).toBe(1);
        expect(await client.attachments.countUnsent({ ...visitor, conversationId: strangeId() })).toBe(0);
      });
    });

    describe('seal', () => {
      it('answers the keys of the client or of a conversation, sent or not', async () => {
        const { client, id, upload, visitor } = await thread();
        const [a, b] = [await upload(), await upload()];
        const theirs = await upload((await addConversation(client)).id);
        await client.attachments.take([a.id], visitor);
        expect(await client.attachments.seal({ conversationId: id.toUpperCase() })).toEqual([
          a.storageKey,
          b.storageKey,
        ]);
        expect(await client.attachments.seal({})).toEqual([a.storageKey, b.storageKey, theirs.storageKey]);
        expect(await client.attachments.seal({ conversationId: strangeId() })).toEqual([]);
      });

      it.each(['conversation', 'client'] as const)(
        'leaves no file behind that is added while its %s is removed',
        async (removed) => {
          const { client, id, upload } = await thread();
          await upload();
          const [sealed, seal] = gate();
          const [started, start] = gate();
          const adding = sealed.then(() => {
            const created = client.attachments.create(attachmentInput(id, { storageKey: 'late' })).catch(errorOfLate);
            start();
            return created;
          });
          const keys = await t.storage.transaction(async (scope) => {
            const scoped = scope.forClient(client.clientId);
            const known = await scoped.attachments.seal(removed === 'client' ? {} : { conversationId: id });
            seal();
            await started;
            if (removed === 'client') await scoped.client.remove();
            else await scoped.conversations.remove(id);
            return known;
          });
          const added = await adding;
          if (added === 'refused') expect(keys).toHaveLength(1);
          else expect(keys).toContain('late');
          expect((await client.attachments.list({}, { limit: 10 })).items).toEqual([]);
        },
      );
    });

    describe('removeUnsent', () => {
      it('removes one that has not been sent, once', async () => {
        const { client, upload } = await thread();
        const { id } = await upload();
        expect(await client.attachments.removeUnsent(id.toUpperCase())).toBe(true);
        expect(await client.attachments.find(id)).toBeUndefined();
        expect(await client.attachments.removeUnsent(id)).toBe(false);
      });

      it('leaves one that has been sent', async () => {
        const { client, upload, visitor } = await thread();
        const { id } = await upload();
        const [sent] = await client.attachments.take([id], visitor);
        expect(await client.attachments.removeUnsent(id)).toBe(false);
        expect(await client.attachments.find(id)).toEqual(sent);
      });
    });
  });
}
