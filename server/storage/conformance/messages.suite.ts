import { describe, expect, it } from 'vitest';
import { limits } from '../../../shared/limits.ts';
import type { Message } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import { previewOf } from '../preview.ts';
import type { NewMessage } from '../repositories/messages.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import {
  addClient,
  addConversation,
  addMember,
  addVisitor,
  allPages,
  errorOf,
  messageInput,
  strangeId,
} from './worlds.ts';

export function messagesSuite(open: OpenHarness): void {
  describe('messages', () => {
    const t = useHarness(open);

    async function thread(input: Parameters<typeof addConversation>[1] = {}) {
      const { client } = await addClient(t.storage);
      return { client, conversation: await addConversation(client, input) };
    }

    describe('append', () => {
      it('stores every field under the first sequence number and answers what it stored', async () => {
        const { client, conversation } = await thread();
        const agent = await addMember(t.storage, client);
        const input = {
          role: 'agent' as const,
          content: 'Hello',
          metadata: { sources: [{ score: 0.5 }] },
          clientMessageId: 'm 1',
        };
        const result = await client.messages.append({
          ...input,
          conversationId: conversation.id.toUpperCase(),
          authorId: agent.id.toUpperCase(),
        });
        expect(result.repeated).toBe(false);
        expect(result.message).toEqual({
          ...input,
          clientId: client.clientId,
          conversationId: conversation.id,
          sequence: 1,
          id: expect.any(String),
          authorId: agent.id,
          createdAt: t.env.now(),
        });
        expect((await client.messages.list(conversation.id, { limit: 10 })).items).toEqual([result.message]);
        expect(await client.conversations.find(conversation.id)).toEqual(result.conversation);
      });

      it('takes what is left out for null, and metadata for an empty object', async () => {
        const { client, conversation } = await thread();
        const { message } = await client.messages.append(messageInput(conversation.id));
        expect(message).toMatchObject({ metadata: {}, clientMessageId: null, authorId: null });
        expect(message.metadata).toEqual({});
      });

      it('updates count, preview, times and the sender’s read mark of the conversation, and nothing else', async () => {
        const { client, conversation } = await thread({ title: 'Title' });
        const reads = { user: 'visitorReadSequence', agent: 'agentReadSequence' } as const;
        let before = conversation;
        for (const role of ['user', 'assistant', 'agent', 'system', 'user'] as const) {
          t.env.advance(7);
          const content = `  ${role}\n\n says  `;
          const { message, conversation: after } = await client.messages.append(
            messageInput(conversation.id, { role, content }),
          );
          expect(message.content).toBe(content);
          expect(after).toEqual({
            ...before,
            messageCount: before.messageCount + 1,
            lastSequence: message.sequence,
            lastMessagePreview: `${role} says`,
            lastMessageRole: role,
            lastMessageAt: message.createdAt,
            updatedAt: message.createdAt,
            ...((role === 'user' || role === 'agent') && { [reads[role]]: message.sequence }),
          });
          expect(message.createdAt).toEqual(t.env.now());
          before = after;
        }
        expect(before.lastSequence).toBe(5);
        expect(await client.conversations.find(conversation.id)).toEqual(before);
      });

      it('keeps a short preview of a long message, cut between characters', async () => {
        const { client, conversation } = await thread();
        const long = 'x'.repeat(limits.previewCharsMax - 1);
        for (const content of [`${long}😀😀`, `${long}yz`, '😀'.repeat(200), ' \n\t ', `${' '.repeat(5_000)}late`]) {
          const { conversation: after } = await client.messages.append(messageInput(conversation.id, { content }));
          expect(after.lastMessagePreview).toBe(previewOf(content));
          expect(after.lastMessagePreview?.length).toBeLessThanOrEqual(limits.previewCharsMax);
          expect((await client.conversations.find(conversation.id))?.lastMessagePreview).toBe(after.lastMessagePreview);
        }
      });

      it('shows of a message what it is given to show, in place of the content', async () => {
        const { client, conversation } = await thread();
        const said = messageInput(conversation.id, { content: '', previewText: ' a.png,\n b.pdf ' });
        const { message, conversation: after } = await client.messages.append(said);
        expect([message.content, after.lastMessagePreview]).toEqual(['', 'a.png, b.pdf']);
      });

      it('keeps texts of any script, and large ones, exactly', async () => {
        const { client, conversation } = await thread();
        const contents = [
          '',
          ' leading and trailing \r\n',
          '👩🏽‍🚀 👨‍👩‍👧‍👦 🇩🇪 e\u0301 \u200B\u2028\uFEFF',
          '\u202Eעברית\u202C و عربي',
          'a\u0001\u0008\u001F\u007F\uFFFD\uFFFF\u{10FFFF}',
          '\\ \\n \\u0041 $1 %s \'; drop table x; -- "{}" {a,b} null NULL',
          'ä漢😀'.repeat(limits.messageCharsMax / 4),
        ];
        for (const content of contents) {
          const metadata = { text: content, [content]: [content] };
          const input = messageInput(conversation.id, { content, metadata, clientMessageId: content.slice(0, 100) });
          const { message } = await client.messages.append(input);
          expect(message).toMatchObject({ content, metadata });
          expect(await client.messages.find(conversation.id, message.id)).toEqual(message);
          const again = await client.messages.append(input);
          expect(again).toMatchObject({ repeated: true, message });
        }
      });

      it('does not alias what it was given or what it answers', async () => {
        const { client, conversation } = await thread();
        const metadata = { list: [1] };
        const result = await client.messages.append(messageInput(conversation.id, { metadata }));
        metadata.list.push(2);
        (result.message.metadata.list as number[]).push(3);
        result.message.createdAt.setTime(0);
        result.conversation.updatedAt.setTime(0);
        result.conversation.lastMessageAt?.setTime(1);
        const stored = await client.messages.find(conversation.id, result.message.id);
        expect(stored).toMatchObject({ metadata: { list: [1] }, createdAt: t.env.now() });
        const found = await client.conversations.find(conversation.id);
        expect(found).toMatchObject({ updatedAt: t.env.now(), lastMessageAt: t.env.now() });
      });

      it('answers the first message for a known client-made id and changes nothing', async () => {
        const { client, conversation } = await thread();
        const first = await client.messages.append(messageInput(conversation.id, { clientMessageId: 'm' }));
        t.env.advance(10);
        await client.conversations.update(conversation.id, { status: 'closed' });
        const second = await client.messages.append(messageInput(conversation.id, { content: 'other' }));
        t.env.advance(10);
        const again = await client.messages.append(
          messageInput(conversation.id, {
            role: 'agent',
            content: 'changed',
            clientMessageId: 'm',
            statusAfter: 'reopen',
            metadata: { a: 1 },
          }),
        );
        expect(again).toEqual({ message: first.message, repeated: true, conversation: second.conversation });
        const third = await client.messages.append(messageInput(conversation.id));
        expect(third.message.sequence).toBe(3);
      });

      it('tells client-made ids apart by conversation and by letter case', async () => {
        const { client, conversation } = await thread();
        const other = await addConversation(client);
        for (const clientMessageId of ['m', 'M', 'm ', '', '😀']) {
          for (const { id } of [conversation, other]) {
            const { repeated } = await client.messages.append(messageInput(id, { clientMessageId }));
            expect(repeated).toBe(false);
          }
        }
        expect((await client.conversations.find(other.id))?.messageCount).toBe(5);
      });

      it('stores one message when the same one is sent many times at once', async () => {
        const { client, conversation } = await thread();
        for (let round = 1; round <= 3; round++) {
          const results = await Promise.all(
            Array.from({ length: 10 }, (_, n) =>
              client.messages.append(
                messageInput(conversation.id, { content: `${n}`, clientMessageId: `round ${round}` }),
              ),
            ),
          );
          expect(results.filter(({ repeated }) => !repeated)).toHaveLength(1);
          expect(new Set(results.map(({ message }) => message.id)).size).toBe(1);
          const stored = results.find(({ repeated }) => !repeated)!.message;
          for (const { message } of results) expect(message).toEqual(stored);
          expect(stored.sequence).toBe(round);
        }
        expect((await client.conversations.find(conversation.id))?.messageCount).toBe(3);
      });

      it('gives concurrent messages different, gapless numbers, repeated ones among them', async () => {
        const { client, conversation } = await thread();
        const other = await addConversation(client);
        const ids = ['a', 'b', 'c', null, null, 'a', 'b', null, 'd', 'a', null, 'c'];
        const results = await Promise.all(
          ids.flatMap((clientMessageId, n) =>
            [conversation, other].map(({ id }) =>
              client.messages.append(messageInput(id, { clientMessageId, content: `${n}` })),
            ),
          ),
        );
        for (const { id } of [conversation, other]) {
          const own = results.filter(({ message }) => message.conversationId === id);
          const stored = own.filter(({ repeated }) => !repeated).map(({ message }) => message);
          expect(stored.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
          const { items } = await client.messages.list(id, { limit: 100 });
          expect(items).toEqual([...stored].sort((a, b) => a.sequence - b.sequence));
          const found = await client.conversations.find(id);
          expect(found).toMatchObject({ messageCount: 8, lastSequence: 8, visitorReadSequence: 8 });
          expect(found?.lastMessagePreview).toBe(items[7]?.content);
          const last = own.find(({ message, repeated }) => !repeated && message.sequence === 8);
          expect(last?.conversation).toEqual(found);
          for (const { message, repeated, conversation: after } of own) {
            if (!repeated)
              expect(after).toMatchObject({ lastSequence: message.sequence, messageCount: message.sequence });
          }
        }
      });

      it('does not let a message that cannot be stored fail its neighbours', async () => {
        const { client, conversation } = await thread();
        const { client: other } = await addClient(t.storage);
        const outcomes = await Promise.allSettled([
          client.messages.append(messageInput(conversation.id, { content: '1' })),
          client.messages.append(messageInput(strangeId(), { content: 'nowhere' })),
          other.messages.append(messageInput(conversation.id, { content: 'foreign' })),
          client.messages.append(messageInput(conversation.id, { onlyForVisitorId: strangeId() })),
          client.messages.append(messageInput(conversation.id, { content: '2' })),
        ]);
        expect(outcomes.map(({ status }) => status)).toEqual([
          'fulfilled',
          'rejected',
          'rejected',
          'rejected',
          'fulfilled',
        ]);
        for (const outcome of outcomes) {
          if (outcome.status === 'rejected') expect(outcome.reason).toBeInstanceOf(NotFoundError);
        }
        const { items } = await client.messages.list(conversation.id, { limit: 10 });
        expect(items.map(({ content }) => content).sort()).toEqual(['1', '2']);
      });

      it('throws NotFoundError for an unknown conversation', async () => {
        const { client } = await addClient(t.storage);
        const error = await errorOf(client.messages.append(messageInput(strangeId())));
        expect(error).toBeInstanceOf(NotFoundError);
        expect(error).toMatchObject({ entity: 'conversation' });
      });

      it('counts the conversation of another visitor, or of none, as not found', async () => {
        const { client } = await addClient(t.storage);
        const [mine, theirs] = [await addVisitor(client), await addVisitor(client)];
        const conversation = await addConversation(client, { visitorId: mine.id });
        const nobodys = await addConversation(client);
        const known = messageInput(conversation.id, { onlyForVisitorId: mine.id.toUpperCase(), clientMessageId: 'm' });
        expect((await client.messages.append(known)).message.sequence).toBe(1);
        for (const input of [
          { ...known, onlyForVisitorId: theirs.id },
          { ...known, onlyForVisitorId: theirs.id, clientMessageId: 'new' },
          { ...known, conversationId: nobodys.id },
          { ...known, onlyForVisitorId: strangeId() },
        ]) {
          const error = await errorOf(client.messages.append(input));
          expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
        }
        expect((await client.conversations.find(conversation.id))?.messageCount).toBe(1);
        expect((await client.conversations.find(nobodys.id))?.messageCount).toBe(0);
      });

      it('sets the status as told, and takes the snooze off where it sets another', async () => {
        const { client } = await addClient(t.storage);
        const until = new Date(99_000);
        const cases: Array<[from: string, statusAfter: NewMessage['statusAfter'], to: string, snoozed: boolean]> = [];
        for (const from of ['open', 'waiting', 'snoozed', 'closed'] as const) {
          cases.push([from, undefined, from, true]);
          cases.push([from, 'snoozed', 'snoozed', true]);
          for (const to of ['open', 'waiting', 'closed'] as const) cases.push([from, to, to, false]);
          const woken = from === 'closed' || from === 'snoozed';
          cases.push([from, 'reopen', woken ? 'open' : from, !woken]);
        }
        for (const [from, statusAfter, to, snoozed] of cases) {
          const { id } = await addConversation(client);
          await client.conversations.update(id, { status: from as 'open', snoozedUntil: until });
          const input = messageInput(id, statusAfter && { statusAfter });
          const { conversation } = await client.messages.append(input);
          const expected = { from, statusAfter, status: to, snoozedUntil: snoozed ? until : null };
          expect({ from, statusAfter, ...pick(conversation) }).toEqual(expected);
          expect({ from, statusAfter, ...pick((await client.conversations.find(id))!) }).toEqual(expected);
        }
      });

      it('applies every status that concurrent messages ask for, the last number last', async () => {
        const { client, conversation } = await thread();
        const wishes = ['closed', 'reopen', undefined, 'waiting', 'snoozed', 'reopen'] as const;
        const results = await Promise.all(
          wishes.map((statusAfter, n) =>
            client.messages.append(
              messageInput(conversation.id, { content: `${n}`, ...(statusAfter && { statusAfter }) }),
            ),
          ),
        );
        results.sort((a, b) => a.message.sequence - b.message.sequence);
        let status: string = 'open';
        for (const { message, conversation: after } of results) {
          const wish = wishes[Number(message.content)];
          if (wish === 'reopen') status = status === 'closed' || status === 'snoozed' ? 'open' : status;
          else status = wish ?? status;
          expect(after.status).toBe(status);
        }
        expect((await client.conversations.find(conversation.id))?.status).toBe(status);
      });
    });

    describe('list', () => {
      async function threadOf(count: number) {
        const { client, conversation } = await thread();
        const all: Message[] = [];
        for (let n = 1; n <= count; n++) {
          all.push((await client.messages.append(messageInput(conversation.id, { content: `${n}` }))).message);
        }
        const list = (range: Parameters<typeof client.messages.list>[1]) =>
          client.messages.list(conversation.id, range);
        return { client, conversation, all, list };
      }

      it('answers the newest, ascending, and says whether there are older ones', async () => {
        const { all, list } = await threadOf(5);
        expect(await list({ limit: 3 })).toEqual({ items: all.slice(2), hasMore: true });
        expect(await list({ limit: 5 })).toEqual({ items: all, hasMore: false });
        expect(await list({ limit: 100 })).toEqual({ items: all, hasMore: false });
      });

      it('answers what is below a number, the nearest of it, ascending', async () => {
        const { all, list } = await threadOf(5);
        expect(await list({ before: 4, limit: 2 })).toEqual({ items: all.slice(1, 3), hasMore: true });
        expect(await list({ before: 4, limit: 3 })).toEqual({ items: all.slice(0, 3), hasMore: false });
        expect(await list({ before: 100, limit: 1 })).toEqual({ items: all.slice(4), hasMore: true });
        for (const before of [1, 0, -1])
          expect(await list({ before, limit: 3 })).toEqual({ items: [], hasMore: false });
      });

      it('answers what is beyond a number, the oldest of it, ascending', async () => {
        const { all, list } = await threadOf(5);
        expect(await list({ after: 2, limit: 2 })).toEqual({ items: all.slice(2, 4), hasMore: true });
        expect(await list({ after: 2, limit: 3 })).toEqual({ items: all.slice(2), hasMore: false });
        expect(await list({ after: 0, limit: 100 })).toEqual({ items: all, hasMore: false });
        expect(await list({ after: -1, limit: 1 })).toEqual({ items: all.slice(0, 1), hasMore: true });
        for (const after of [5, 6, 1_000_000])
          expect(await list({ after, limit: 3 })).toEqual({ items: [], hasMore: false });
      });

      it('takes a bound that is undefined for none', async () => {
        const { all, list } = await threadOf(3);
        expect(await list({ after: undefined, before: undefined, limit: 2 })).toEqual({
          items: all.slice(1),
          hasMore: true,
        });
      });

      it('reads a whole thread in both directions without gaps or repeats', async () => {
        const { client, conversation, all } = await threadOf(11);
        for (const limit of [1, 2, 5, 10, 11, 12]) {
          const upwards = await allPages(async ({ cursor = '0' }) => {
            const { items, hasMore } = await client.messages.list(conversation.id, { after: Number(cursor), limit });
            return { items, nextCursor: hasMore ? `${items.at(-1)!.sequence}` : null };
          }, limit);
          expect(upwards).toEqual(all);
          const downwards = await allPages(async ({ cursor }) => {
            const before = cursor === undefined ? undefined : Number(cursor);
            const { items, hasMore } = await client.messages.list(conversation.id, { before, limit });
            return { items: [...items].reverse(), nextCursor: hasMore ? `${items[0]!.sequence}` : null };
          }, limit);
          expect(downwards.reverse()).toEqual(all);
        }
      });

      it('is empty for an unknown conversation and for one without messages', async () => {
        const { client, conversation } = await thread();
        for (const id of [strangeId(), conversation.id]) {
          for (const range of [{ limit: 5 }, { limit: 5, after: 0 }, { limit: 5, before: 5 }]) {
            expect(await client.messages.list(id, range)).toEqual({ items: [], hasMore: false });
          }
        }
      });

      it('answers copies, and takes an id in upper case', async () => {
        const { client, conversation, all } = await threadOf(1);
        const { items } = await client.messages.list(conversation.id.toUpperCase(), { limit: 1 });
        items[0]!.content = 'changed';
        items[0]!.metadata.a = 1;
        expect((await client.messages.list(conversation.id, { limit: 1 })).items).toEqual(all);
      });
    });

    describe('findClientMade', () => {
      it('answers the message of that client-made id in the conversation, minding letter case', async () => {
        const { client } = await addClient(t.storage);
        const [one, other] = [await addConversation(client), await addConversation(client)];
        const { message } = await client.messages.append(messageInput(one.id, { clientMessageId: 'Made' }));
        expect(await client.messages.findClientMade(one.id.toUpperCase(), 'Made')).toEqual(message);
        expect(await client.messages.findClientMade(one.id, 'made')).toBeUndefined();
        expect(await client.messages.findClientMade(other.id, 'Made')).toBeUndefined();
      });
    });

    describe('find', () => {
      it('finds a message within its conversation only', async () => {
        const { client, conversation } = await thread();
        const other = await addConversation(client);
        const { message } = await client.messages.append(messageInput(conversation.id));
        expect(await client.messages.find(conversation.id.toUpperCase(), message.id.toUpperCase())).toEqual(message);
        expect(await client.messages.find(other.id, message.id)).toBeUndefined();
        expect(await client.messages.find(conversation.id, strangeId())).toBeUndefined();
        expect(await client.messages.find(strangeId(), message.id)).toBeUndefined();
      });
    });
  });
}

const pick = ({ status, snoozedUntil }: { status: string; snoozedUntil: Date | null }) => ({ status, snoozedUntil });
