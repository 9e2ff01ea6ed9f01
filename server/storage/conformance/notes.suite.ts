import { describe, expect, it } from 'vitest';
import { encodeInstantCursor } from '../cursor.ts';
import { InvalidCursorError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, allPages, errorOf, messageInput, noteInput, strangeId } from './worlds.ts';

export function notesSuite(open: OpenHarness): void {
  describe('notes', () => {
    const t = useHarness(open);

    const start = async () => {
      const { client } = await addClient(t.storage);
      return { client, conversation: await addConversation(client) };
    };

    describe('create', () => {
      it('stores every field behind the messages that are there, and leaves the conversation alone', async () => {
        const { client, conversation } = await start();
        await client.messages.append(messageInput(conversation.id));
        await client.messages.append(messageInput(conversation.id));
        const before = await client.conversations.find(conversation.id);
        const input = noteInput(conversation.id, { authorName: 'Zoë 😀', content: ' two\nlines ' });
        t.env.advance(1);
        const note = await client.notes.create(input);
        expect(note).toEqual({
          ...input,
          clientId: client.clientId,
          id: expect.any(String),
          afterSequence: 2,
          createdAt: t.env.now(),
        });
        expect(await client.notes.find(conversation.id, note.id.toUpperCase())).toEqual(note);
        expect(await client.conversations.find(conversation.id)).toEqual(before);
      });

      it('takes ids in whichever letter case, and keeps them in lower case', async () => {
        const { client, conversation } = await start();
        const input = noteInput(conversation.id);
        const upper = { conversationId: conversation.id.toUpperCase(), authorId: input.authorId.toUpperCase() };
        expect(await client.notes.create({ ...input, ...upper })).toMatchObject(input);
      });

      it('throws NotFoundError for an unknown conversation', async () => {
        const { client } = await start();
        const error = await errorOf(client.notes.create(noteInput(strangeId())));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
      });
    });

    describe('list', () => {
      it('answers the notes of one conversation, earliest first by id, page by page', async () => {
        const { client, conversation } = await start();
        const other = await addConversation(client);
        await client.notes.create(noteInput(other.id));
        const notes = [];
        for (let n = 0; n < 5; n++) {
          t.env.advance(n % 2 ? 5 : -3);
          notes.push(await client.notes.create(noteInput(conversation.id, { content: `${n}` })));
        }
        for (const limit of [1, 2, 4, 5, 100]) {
          expect(await allPages((page) => client.notes.list(conversation.id, page), limit)).toEqual(notes);
        }
      });

      it('is empty for an unknown conversation, and refuses a cursor it has not given out', async () => {
        const { client, conversation } = await start();
        expect(await client.notes.list(strangeId(), { limit: 1 })).toEqual({ items: [], nextCursor: null });
        for (const cursor of ['', 'x', encodeInstantCursor({ at: t.env.now(), id: strangeId() })]) {
          const error = await errorOf(client.notes.list(conversation.id, { limit: 1, cursor }));
          expect(error).toBeInstanceOf(InvalidCursorError);
        }
      });
    });

    describe('find and remove', () => {
      it('reach a note through its own conversation only', async () => {
        const { client, conversation } = await start();
        const other = await addConversation(client);
        const note = await client.notes.create(noteInput(conversation.id));
        expect(await client.notes.find(other.id, note.id)).toBeUndefined();
        for (const [within, id] of [
          [other.id, note.id],
          [conversation.id, strangeId()],
        ] as const) {
          const error = await errorOf(client.notes.remove(within, id));
          expect(error).toMatchObject({ name: 'NotFoundError', entity: 'note' });
        }
        await client.notes.remove(conversation.id, note.id);
        expect(await client.notes.find(conversation.id, note.id)).toBeUndefined();
      });

      it('find nothing when the conversation has been removed', async () => {
        const { client, conversation } = await start();
        const note = await client.notes.create(noteInput(conversation.id));
        await client.conversations.remove(conversation.id);
        expect(await client.notes.find(conversation.id, note.id)).toBeUndefined();
        expect((await client.notes.list(conversation.id, { limit: 1 })).items).toEqual([]);
      });
    });
  });
}
