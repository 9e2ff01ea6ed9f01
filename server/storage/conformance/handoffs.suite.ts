import { describe, expect, it } from 'vitest';
import { InvalidCursorError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addClient, addConversation, addVisitor, allPages, errorOf, messageInput, strangeId } from './worlds.ts';

export function handoffsSuite(open: OpenHarness): void {
  describe('handoffs', () => {
    const t = useHarness(open);
    const notFound = { name: 'NotFoundError', entity: 'conversation' };

    const start = async () => {
      const { client } = await addClient(t.storage);
      const visitor = await addVisitor(client);
      const conversation = await addConversation(client, { visitorId: visitor.id });
      const request = (more = {}) =>
        client.handoffs.request({ conversationId: conversation.id, requestedBy: 'visitor', reason: null, ...more });
      const find = async () => (await client.conversations.find(conversation.id))!;
      const all = async () => (await client.handoffs.list(conversation.id, { limit: 100 })).items;
      return { client, visitor, conversation, request, find, all };
    };

    describe('request', () => {
      it('opens a handoff, and the conversation waits for a person', async () => {
        const { client, conversation, request, find, all } = await start();
        await client.conversations.update(conversation.id, { status: 'snoozed', snoozedUntil: new Date(5) });
        t.env.advance(1);
        const now = t.env.now();
        const answer = await request({ conversationId: conversation.id.toUpperCase(), reason: 'Größe 😀' });
        expect(answer.repeated).toBe(false);
        expect(answer.handoff).toEqual({
          clientId: client.clientId,
          id: expect.any(String),
          conversationId: conversation.id,
          requestedBy: 'visitor',
          reason: 'Größe 😀',
          requestedAt: now,
          resolvedAt: null,
          resolution: null,
        });
        expect(answer.conversation).toEqual({
          ...conversation,
          status: 'waiting',
          snoozedUntil: null,
          handoff: { requestedBy: 'visitor', reason: 'Größe 😀', requestedAt: now.toISOString() },
          updatedAt: now,
        });
        expect(await find()).toEqual(answer.conversation);
        expect(await all()).toEqual([answer.handoff]);
      });

      it('changes nothing while one is open, whoever asks', async () => {
        const { request, find, all } = await start();
        const { repeated: _, ...first } = await request();
        t.env.advance(1);
        expect(await request({ requestedBy: 'assistant', reason: 'again' })).toEqual({ ...first, repeated: true });
        expect(await find()).toEqual(first.conversation);
        expect(await all()).toHaveLength(1);
      });

      it('opens one when many ask at once', async () => {
        const { request, all } = await start();
        const answers = await Promise.all(Array.from({ length: 8 }, () => request()));
        expect(answers.filter(({ repeated }) => !repeated)).toHaveLength(1);
        expect(new Set(answers.map(({ handoff }) => handoff.id)).size).toBe(1);
        expect(await all()).toHaveLength(1);
      });

      it('finds the conversation of the visitor who asks, and no other', async () => {
        const { client, visitor, request, find } = await start();
        const stranger = await addVisitor(client);
        expect(await errorOf(request({ onlyForVisitorId: stranger.id }))).toMatchObject(notFound);
        expect(await errorOf(request({ conversationId: strangeId() }))).toMatchObject(notFound);
        expect((await find()).handoff).toBeNull();
        expect(await request({ onlyForVisitorId: visitor.id.toUpperCase() })).toMatchObject({ repeated: false });
      });
    });

    describe('resolve', () => {
      it('ends the open handoff, changes nothing else, and lets another be opened', async () => {
        const { client, conversation, request, find, all } = await start();
        const first = await request();
        t.env.advance(1);
        const resolved = await client.handoffs.resolve(conversation.id.toUpperCase(), 'assigned');
        expect(resolved).toEqual({ ...first.conversation, handoff: null });
        expect(await find()).toEqual(resolved);
        const ended = { ...first.handoff, resolvedAt: t.env.now(), resolution: 'assigned' };
        expect(await all()).toEqual([ended]);
        const second = await request({ requestedBy: 'agent' });
        expect(second.repeated).toBe(false);
        expect(await all()).toEqual([ended, second.handoff]);
      });

      it('answers undefined when none is open, and throws NotFoundError for an unknown conversation', async () => {
        const { client, conversation, find } = await start();
        expect(await client.handoffs.resolve(conversation.id, 'closed')).toBeUndefined();
        expect(await find()).toEqual(conversation);
        expect(await errorOf(client.handoffs.resolve(strangeId(), 'closed'))).toMatchObject(notFound);
      });
    });

    describe('messages.append', () => {
      it('of an agent ends the open handoff, and of nobody else', async () => {
        const { client, conversation, request, all } = await start();
        const { handoff, conversation: waiting } = await request();
        for (const role of ['user', 'assistant', 'system'] as const) {
          const { conversation: after } = await client.messages.append(messageInput(conversation.id, { role }));
          expect(after.handoff).toEqual(waiting.handoff);
        }
        t.env.advance(5);
        const answer = messageInput(conversation.id, { role: 'agent', statusAfter: 'open', clientMessageId: 'm1' });
        const { conversation: answered, message } = await client.messages.append(answer);
        expect(answered).toMatchObject({ status: 'open', handoff: null });
        const ended = { ...handoff, resolvedAt: message.createdAt, resolution: 'answered' };
        expect(await all()).toEqual([ended]);
        expect((await client.conversations.find(conversation.id))?.handoff).toBeNull();

        const { handoff: next } = await request();
        await client.messages.append(answer);
        expect(await all()).toEqual([ended, next]);
      });

      it('of an agent ends it inside a transaction too, and not when that is rolled back', async () => {
        const { client, conversation, request, all } = await start();
        const { handoff } = await request();
        const answer = messageInput(conversation.id, { role: 'agent' });
        const append = (failing: boolean) =>
          t.storage.transaction(async (scope) => {
            await scope.forClient(client.clientId).messages.append(answer);
            if (failing) throw new Error('no');
          });
        await errorOf(append(true));
        expect(await all()).toEqual([handoff]);
        await append(false);
        expect(await all()).toMatchObject([{ resolution: 'answered' }]);
      });

      it('that wakes a conversation up while a handoff is open lets it wait', async () => {
        const { client, conversation, request, find } = await start();
        await request();
        await client.conversations.update(conversation.id, { status: 'snoozed', snoozedUntil: new Date(5) });
        const { conversation: woken } = await client.messages.append(
          messageInput(conversation.id, { statusAfter: 'reopen' }),
        );
        expect(woken).toMatchObject({ status: 'waiting', snoozedUntil: null });
        expect(await find()).toEqual(woken);
        await client.conversations.update(conversation.id, { status: 'closed' });
        const answer = messageInput(conversation.id, { role: 'agent', statusAfter: 'reopen' });
        expect((await client.messages.append(answer)).conversation).toMatchObject({ status: 'open', handoff: null });
        expect(await find()).toMatchObject({ status: 'open', handoff: null });
      });

      it('of many at once leaves one handoff that is over, with the conversation as a later look finds it', async () => {
        const { client, conversation, request, find, all } = await start();
        await request();
        const said = (['user', 'agent', 'assistant', 'agent'] as const).map((role) =>
          client.messages.append(messageInput(conversation.id, { role })),
        );
        const last = (await Promise.all(said)).sort((a, b) => a.message.sequence - b.message.sequence).at(-1)!;
        expect(await find()).toEqual(last.conversation);
        expect(last.conversation.handoff).toBeNull();
        expect(await all()).toMatchObject([{ resolution: 'answered' }]);
      });
    });

    describe('list', () => {
      it('answers earliest first, page by page, and nothing of a removed or unknown conversation', async () => {
        const { client, conversation, request, all } = await start();
        for (let n = 0; n < 5; n++) {
          await request({ reason: `${n}` });
          await client.handoffs.resolve(conversation.id, 'closed');
        }
        const everything = await all();
        expect(everything.map(({ reason }) => reason)).toEqual(['0', '1', '2', '3', '4']);
        for (const limit of [1, 2, 5]) {
          expect(await allPages((page) => client.handoffs.list(conversation.id, page), limit)).toEqual(everything);
        }
        expect(await client.handoffs.list(strangeId(), { limit: 1 })).toEqual({ items: [], nextCursor: null });
        const refused = await errorOf(client.handoffs.list(conversation.id, { limit: 1, cursor: 'x' }));
        expect(refused).toBeInstanceOf(InvalidCursorError);
        await client.conversations.remove(conversation.id);
        expect(await all()).toEqual([]);
      });
    });

    describe('waits', () => {
      it('tells how long those took that an agent answered, the latest first, and nothing of others', async () => {
        const { client, conversation, request } = await start();
        const answer = () => client.messages.append(messageInput(conversation.id, { role: 'agent' }));
        expect(await client.handoffs.waits(new Date(0))).toEqual([]);
        await request();
        t.env.advance(500);
        await answer();
        t.env.advance(1);
        const since = t.env.now();
        for (const ms of [2_000, 3_000]) {
          await request();
          t.env.advance(ms);
          await answer();
        }
        await request();
        t.env.advance(7_000);
        await client.handoffs.resolve(conversation.id, 'closed');
        await request();
        expect(await client.handoffs.waits(new Date(0))).toEqual([3_000, 2_000, 500]);
        expect(await client.handoffs.waits(since)).toEqual([3_000, 2_000]);
      });
    });
  });
}
