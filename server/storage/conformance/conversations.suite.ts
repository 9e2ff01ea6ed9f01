import { describe, expect, it } from 'vitest';
import type { Conversation, JsonObject } from '../../../shared/schema.ts';
import { encodeIdCursor, encodeInstantCursor } from '../cursor.ts';
import { InvalidCursorError, NotFoundError } from '../errors.ts';
import type { ConversationFilter, ConversationPatch } from '../repositories/conversations.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addMember,
  addUser,
  addVisitor,
  addWidget,
  allPages,
  errorOf,
  messageInput,
  strangeId,
} from './worlds.ts';

export function conversationsSuite(open: OpenHarness): void {
  describe('conversations', () => {
    const t = useHarness(open);

    describe('create', () => {
      it('starts an empty, open conversation', async () => {
        const { client } = await addClient(t.storage);
        const { conversation, created } = await client.conversations.create({});
        expect(created).toBe(true);
        expect(conversation).toEqual({
          clientId: client.clientId,
          id: expect.any(String),
          widgetId: null,
          visitorId: null,
          clientConversationId: null,
          title: null,
          status: 'open',
          snoozedUntil: null,
          assigneeId: null,
          tags: [],
          metadata: {},
          messageCount: 0,
          lastSequence: 0,
          lastMessagePreview: null,
          lastMessageRole: null,
          lastMessageAt: null,
          visitorReadSequence: 0,
          agentReadSequence: 0,
          handoff: null,
          createdAt: t.env.now(),
          updatedAt: t.env.now(),
        });
        expect(await client.conversations.find(conversation.id)).toEqual(conversation);
      });

      it('stores what is given', async () => {
        const { client } = await addClient(t.storage);
        const visitor = await addVisitor(client);
        const input = { clientConversationId: 'Mine 😀', title: 'Größe', metadata: { a: [{ b: null }] } };
        const { conversation } = await client.conversations.create({
          ...input,
          widgetId: visitor.widgetId.toUpperCase(),
          visitorId: visitor.id.toUpperCase(),
        });
        expect(conversation).toMatchObject({ ...input, widgetId: visitor.widgetId, visitorId: visitor.id });
        expect(await client.conversations.find(conversation.id)).toEqual(conversation);
      });

      it('answers the first conversation when the visitor’s own id is known, and changes nothing', async () => {
        const { client } = await addClient(t.storage);
        const visitor = await addVisitor(client);
        const start = { visitorId: visitor.id, clientConversationId: 'c1' };
        const first = await client.conversations.create({ ...start, title: 'First' });
        t.env.advance(10);
        const again = await client.conversations.create({ ...start, title: 'Second', widgetId: strangeId() });
        expect(again).toEqual({ conversation: first.conversation, created: false });
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([first.conversation]);
      });

      it('tells own ids apart by visitor and by letter case', async () => {
        const { client } = await addClient(t.storage);
        const [one, other] = [await addVisitor(client), await addVisitor(client)];
        const starts = [
          { visitorId: one.id, clientConversationId: 'c' },
          { visitorId: other.id, clientConversationId: 'c' },
          { visitorId: one.id, clientConversationId: 'C' },
          { visitorId: one.id, clientConversationId: 'c ' },
          { visitorId: one.id, clientConversationId: '' },
        ];
        for (const start of starts) expect((await client.conversations.create(start)).created).toBe(true);
        for (const start of starts) expect((await client.conversations.create(start)).created).toBe(false);
      });

      it('keeps an own id without a visitor, and starts a new conversation each time', async () => {
        const { client } = await addClient(t.storage);
        const start = { clientConversationId: 'same' };
        expect(await client.conversations.create(start)).toMatchObject({ created: true, conversation: start });
        expect(await client.conversations.create(start)).toMatchObject({ created: true });
      });

      it('starts one conversation when the same start is sent many times at once', async () => {
        const { client } = await addClient(t.storage);
        const { id: visitorId } = await addVisitor(client);
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, () => client.conversations.create({ visitorId, clientConversationId: 'c' })),
        );
        expect(outcomes.filter(({ created }) => created)).toHaveLength(1);
        expect(new Set(outcomes.map(({ conversation }) => conversation.id)).size).toBe(1);
      });

      it('throws NotFoundError for a widget or visitor the client does not have, the widget first', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const foreign = await addVisitor(other);
        const error = await errorOf(client.conversations.create({ widgetId: foreign.widgetId }));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'widget' });
        const missing = async (input: Parameters<ClientStorage['conversations']['create']>[0]) =>
          ((await errorOf(client.conversations.create(input))) as NotFoundError).entity;
        expect(await missing({ widgetId: strangeId() })).toBe('widget');
        expect(await missing({ visitorId: foreign.id })).toBe('visitor');
        expect(await missing({ visitorId: strangeId() })).toBe('visitor');
        expect(await missing({ widgetId: strangeId(), visitorId: strangeId() })).toBe('widget');
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
      });
    });

    describe('find', () => {
      it('answers undefined when there is none, and finds by an id in upper case', async () => {
        const { client } = await addClient(t.storage);
        const conversation = await addConversation(client);
        expect(await client.conversations.find(strangeId())).toBeUndefined();
        expect(await client.conversations.find(conversation.id.toUpperCase())).toEqual(conversation);
      });

      it('answers a copy', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await addConversation(client, { metadata: { a: { b: 1 } } });
        const tags = ['x'];
        const updated = await client.conversations.update(id, { tags });
        tags.push('y');
        updated.tags.push('z');
        updated.metadata.a = 2;
        updated.updatedAt.setTime(0);
        const found = await client.conversations.find(id);
        expect(found).toMatchObject({ tags: ['x'], metadata: { a: { b: 1 } }, updatedAt: t.env.now() });
      });
    });

    describe('findAll', () => {
      it('answers those that are there, each once', async () => {
        const { client } = await addClient(t.storage);
        const [one, other] = [await addConversation(client), await addConversation(client)];
        await addConversation(client);
        const found = await client.conversations.findAll([one.id, strangeId(), other.id, one.id.toUpperCase()]);
        expect(found).toHaveLength(2);
        expect(found).toEqual(expect.arrayContaining([one, other]));
        expect(await client.conversations.findAll([])).toEqual([]);
      });
    });

    describe('list', () => {
      it('answers the most recently updated first, then by id descending, page by page', async () => {
        const { client } = await addClient(t.storage);
        const made: Conversation[] = [];
        for (let n = 0; n < 9; n++) {
          if (n % 3 === 0) t.env.advance(1);
          made.push(await addConversation(client, { title: `${n}` }));
        }
        t.env.advance(1);
        made[2] = await client.conversations.update(made[2]!.id, { title: 'updated' });
        const expected = [...made].sort(
          (a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1),
        );
        expect(expected[0]).toEqual(made[2]);
        for (const limit of [1, 2, 3, 4, 8, 9, 10, 100]) {
          expect(await allPages((page) => client.conversations.list({}, page), limit)).toEqual(expected);
        }
      });

      it('moves a conversation to the top when a message comes', async () => {
        const { client } = await addClient(t.storage);
        const first = await addConversation(client);
        t.env.advance(1);
        const second = await addConversation(client);
        t.env.advance(1);
        await client.messages.append(messageInput(first.id));
        const { items } = await client.conversations.list({}, { limit: 10 });
        expect(items.map(({ id }) => id)).toEqual([first.id, second.id]);
      });

      it('is empty, with a null cursor, when there are none', async () => {
        const { client } = await addClient(t.storage);
        expect(await client.conversations.list({}, { limit: 100 })).toEqual({ items: [], nextCursor: null });
      });

      it('ends with a null cursor also when the last page is full', async () => {
        const { client } = await addClient(t.storage);
        await addConversation(client);
        await addConversation(client);
        expect((await client.conversations.list({}, { limit: 2 })).nextCursor).toBeNull();
        expect((await client.conversations.list({ status: 'open' }, { limit: 2 })).nextCursor).toBeNull();
        expect((await client.conversations.list({}, { limit: 1 })).nextCursor).not.toBeNull();
      });

      it('filters by status, widget, visitor and assignee, alone and together, page by page', async () => {
        const { client } = await addClient(t.storage);
        const [one, other] = [await addMember(t.storage, client), await addMember(t.storage, client)];
        const [visitorA, visitorB] = [await addVisitor(client), await addVisitor(client)];
        const lone = await addWidget(client);
        const all: Conversation[] = [];
        const statuses = ['open', 'waiting', 'snoozed', 'closed'] as const;
        for (let n = 0; n < 24; n++) {
          if (n % 5 === 0) t.env.advance(1);
          const visitor = [visitorA, visitorB, undefined][n % 3];
          const { id } = await addConversation(client, {
            visitorId: visitor?.id ?? null,
            widgetId: n % 4 === 0 ? lone.id : (visitor?.widgetId ?? null),
          });
          const assigneeId = [one.id, null, other.id, null, null][n % 5]!;
          all.unshift(await client.conversations.update(id, { status: statuses[n % 4]!, assigneeId }));
        }
        const filters: ConversationFilter[] = [
          {},
          { status: 'open' },
          { status: 'closed' },
          { widgetId: lone.id },
          { widgetId: lone.id.toUpperCase(), status: 'open' },
          { visitorId: visitorA.id },
          { visitorId: visitorB.id.toUpperCase(), widgetId: visitorB.widgetId },
          { assigneeId: one.id },
          { assigneeId: other.id.toUpperCase(), status: 'snoozed' },
          { assigneeId: null },
          { assigneeId: null, status: 'waiting', visitorId: visitorA.id },
          { status: undefined, widgetId: undefined, visitorId: undefined, assigneeId: undefined },
          { widgetId: strangeId() },
          { visitorId: strangeId(), assigneeId: null },
        ];
        for (const filter of filters) {
          const expected = all.filter((row) =>
            (['status', 'widgetId', 'visitorId', 'assigneeId'] as const).every(
              (key) => filter[key] === undefined || row[key] === (filter[key]?.toLowerCase() ?? null),
            ),
          );
          expected.sort((a, b) => b.updatedAt.getTime() - a.updatedAt.getTime() || (a.id < b.id ? 1 : -1));
          for (const limit of [1, 3, 100]) {
            expect(await allPages((page) => client.conversations.list(filter, page), limit)).toEqual(expected);
          }
        }
      });

      it('reads on from where a page ended, though rows have moved or gone since', async () => {
        const { client } = await addClient(t.storage);
        const made: Conversation[] = [];
        for (let n = 0; n < 6; n++) {
          t.env.advance(1);
          made.push(await addConversation(client));
        }
        const first = await client.conversations.list({}, { limit: 2 });
        expect(first.items.map(({ id }) => id)).toEqual([made[5]!.id, made[4]!.id]);
        t.env.advance(1);
        await client.conversations.remove(made[4]!.id);
        await client.conversations.update(made[2]!.id, { title: 'moved to the top' });
        const second = await client.conversations.list({}, { limit: 10, cursor: first.nextCursor! });
        expect(second.items.map(({ id }) => id)).toEqual([made[3]!.id, made[1]!.id, made[0]!.id]);
      });

      it('refuses a cursor it has not given out', async () => {
        const { client } = await addClient(t.storage);
        const { id, updatedAt } = await addConversation(client);
        const good = encodeInstantCursor({ at: updatedAt, id });
        expect(await client.conversations.list({}, { limit: 1, cursor: good })).toEqual({
          items: [],
          nextCursor: null,
        });
        const bad = ['', 'x', ' ', 'null', '😀', id, 'a'.repeat(5_000), encodeIdCursor(id), `${good} `, `${good}=`];
        const forged = ['t.zzzzzzzzzzzz.', `t.zzzzzzzzzzzz.${id}`, `t.k.${id}.`, `t..${id}`, `t.k.${id}x`, `k.${id}`];
        bad.push(...forged.map((text) => Buffer.from(text).toString('base64url')));
        for (const cursor of bad) {
          expect(await errorOf(client.conversations.list({}, { limit: 1, cursor }))).toBeInstanceOf(InvalidCursorError);
        }
      });
    });

    describe('update', () => {
      it('changes every field that is given, and updatedAt', async () => {
        const { client } = await addClient(t.storage);
        const agent = await addMember(t.storage, client);
        const before = await addConversation(client, { title: 'Before', metadata: { a: 1, b: 2 } });
        t.env.advance(1);
        const patch: ConversationPatch = {
          title: 'After',
          status: 'snoozed',
          snoozedUntil: new Date(Date.UTC(2026, 8, 9, 10, 11, 12, 13)),
          assigneeId: agent.id,
          tags: ['b', 'a', 'a', '', 'x,y', '{"}', 'NULL', 'ä😀'],
          metadata: { b: 3, gone: undefined } as unknown as JsonObject,
        };
        const after = await client.conversations.update(before.id, patch);
        expect(after).toEqual({ ...before, ...patch, metadata: { b: 3 }, updatedAt: t.env.now() });
        expect(await client.conversations.find(before.id)).toEqual(after);
      });

      it('leaves alone what is left out or undefined, and stores null where it is given', async () => {
        const { client } = await addClient(t.storage);
        const agent = await addMember(t.storage, client);
        const { id } = await addConversation(client, { title: 'Title' });
        const before = await client.conversations.update(id, { assigneeId: agent.id.toUpperCase(), tags: ['x'] });
        expect(before.assigneeId).toBe(agent.id);
        const patch = { title: undefined, tags: undefined, assigneeId: undefined, snoozedUntil: undefined };
        expect(await client.conversations.update(id, patch as unknown as ConversationPatch)).toEqual(before);
        const emptied = await client.conversations.update(id, { title: null, assigneeId: null, tags: [] });
        expect(emptied).toEqual({ ...before, title: null, assigneeId: null, tags: [] });
      });

      it('keeps snoozedUntil when only the status changes', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await addConversation(client);
        const snoozedUntil = new Date(5_000);
        await client.conversations.update(id, { status: 'snoozed', snoozedUntil });
        expect(await client.conversations.update(id, { status: 'open' })).toMatchObject({
          status: 'open',
          snoozedUntil,
        });
      });

      it('throws NotFoundError for an unknown conversation, before it looks at the assignee', async () => {
        const { client } = await addClient(t.storage);
        for (const patch of [{ title: 'X' }, { assigneeId: strangeId() }, {}]) {
          const error = await errorOf(client.conversations.update(strangeId(), patch));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'conversation' });
        }
      });

      it('throws NotFoundError for an assignee who is no member of this client, and changes nothing', async () => {
        const { client } = await addClient(t.storage);
        const { client: other } = await addClient(t.storage);
        const conversation = await addConversation(client);
        const foreign = await addMember(t.storage, other);
        const gone = await addMember(t.storage, client);
        await client.members.remove(gone.id);
        t.env.advance(1);
        for (const id of [strangeId(), (await addUser(t.storage)).id, foreign.id, gone.id]) {
          const error = await errorOf(client.conversations.update(conversation.id, { title: 'X', assigneeId: id }));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'member' });
        }
        expect(await client.conversations.find(conversation.id)).toEqual(conversation);
      });
    });

    describe('markRead', () => {
      it('goes forward to the given number, never back, never beyond the last message', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await addConversation(client);
        for (let n = 0; n < 3; n++) await client.messages.append(messageInput(id, { role: 'assistant' }));
        const before = await client.conversations.find(id);
        t.env.advance(60_000);
        for (const [side, column] of [
          ['visitor', 'visitorReadSequence'],
          ['agent', 'agentReadSequence'],
        ] as const) {
          for (const [sequence, expected] of [
            [0, 0],
            [-1, 0],
            [2, 2],
            [1, 2],
            [2, 2],
            [4, 3],
            [1_000_000, 3],
            [-5, 3],
          ] as const) {
            expect((await client.conversations.markRead(id, side, sequence))[column]).toBe(expected);
          }
        }
        const after = await client.conversations.find(id);
        expect(after).toEqual({ ...before, visitorReadSequence: 3, agentReadSequence: 3 });
      });

      it('keeps the highest of many marks set at once', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await addConversation(client);
        for (let n = 0; n < 5; n++) await client.messages.append(messageInput(id, { role: 'assistant' }));
        await Promise.all([2, 5, 1, 4, 3].map((sequence) => client.conversations.markRead(id, 'agent', sequence)));
        expect((await client.conversations.find(id))?.agentReadSequence).toBe(5);
      });

      it('throws NotFoundError for an unknown conversation', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.conversations.markRead(strangeId(), 'agent', 1));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
      });
    });

    describe('remove', () => {
      it('removes it with its messages, and no other', async () => {
        const { client } = await addClient(t.storage);
        const [gone, kept] = [await addConversation(client), await addConversation(client)];
        for (const { id } of [gone, kept]) await client.messages.append(messageInput(id));
        await client.conversations.remove(gone.id.toUpperCase());
        expect(await client.conversations.find(gone.id)).toBeUndefined();
        expect(await client.messages.list(gone.id, { limit: 10 })).toEqual({ items: [], hasMore: false });
        expect((await client.messages.list(kept.id, { limit: 10 })).items).toHaveLength(1);
        expect((await client.conversations.list({}, { limit: 10 })).items.map(({ id }) => id)).toEqual([kept.id]);
      });

      it('frees the visitor’s own id', async () => {
        const { client } = await addClient(t.storage);
        const { id: visitorId } = await addVisitor(client);
        const start = { visitorId, clientConversationId: 'c' };
        await client.conversations.remove((await addConversation(client, start)).id);
        expect((await client.conversations.create(start)).created).toBe(true);
      });

      it('throws NotFoundError when there is none, also the second time', async () => {
        const { client } = await addClient(t.storage);
        const { id } = await addConversation(client);
        await client.conversations.remove(id);
        for (const one of [id, strangeId()]) {
          const error = await errorOf(client.conversations.remove(one));
          expect(error).toBeInstanceOf(NotFoundError);
          expect(error).toMatchObject({ entity: 'conversation' });
        }
      });
    });
  });
}
