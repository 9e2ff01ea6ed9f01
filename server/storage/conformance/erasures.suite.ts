import { describe, expect, it } from 'vitest';
import type { UsedPassage } from '../../../shared/knowledge-vocabulary.ts';
import { ConflictError, InvalidCursorError, NotFoundError } from '../errors.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { addDocument, callInput, receiptInput } from './knowledge-worlds.ts';
import {
  addClient,
  addConversation,
  addVisitor,
  allPages,
  attachmentInput,
  auditInput,
  errorOf,
  messageInput,
  noteInput,
  strangeId,
} from './worlds.ts';

export function erasuresSuite(open: OpenHarness): void {
  describe('erasures', () => {
    const t = useHarness(open);

    async function world() {
      const { client } = await addClient(t.storage);
      const visitor = await addVisitor(client);
      const start = { visitorId: visitor.id, widgetId: visitor.widgetId };
      return { client, visitor, start, conversation: await addConversation(client, start) };
    }
    type World = Awaited<ReturnType<typeof world>>;

    /** Something of every kind that hangs on a conversation. */
    async function fill({ client, visitor }: World, conversationId: string) {
      const { message } = await client.messages.append(messageInput(conversationId, { answerJob: { conversationId } }));
      const attachment = await client.attachments.create(attachmentInput(conversationId));
      await client.notes.create(noteInput(conversationId));
      await client.ratings.rate({ conversationId, score: 1, comment: 'Bad' });
      await client.handoffs.request({ conversationId, requestedBy: 'visitor', reason: 'Please' });
      await client.search.add({ conversationId, terms: ['hello'], upToSequence: 1 });
      const { widgetId } = visitor;
      await client.receipts.create(receiptInput(conversationId, { widgetId, questionMessageId: message.id }));
      const call = await client.webhooks.note(callInput({ widgetId, conversationId }));
      return { message, attachment, call };
    }

    describe('removeConversations', () => {
      it('removes them with all that hangs on them, and answers how much that was and which files are left', async () => {
        const own = await world();
        const { client, start, conversation, visitor } = own;
        const other = await addConversation(client, start);
        const kept = await fill(own, other.id);
        const { message, attachment, call } = await fill(own, conversation.id);
        await client.messages.append(messageInput(conversation.id));

        const { counts, storageKeys } = await client.erasures.removeConversations([
          conversation.id.toUpperCase(),
          strangeId(),
        ]);
        expect(counts).toEqual({
          conversations: 1,
          messages: 2,
          attachments: 1,
          notes: 1,
          ratings: 1,
          handoffs: 1,
          answers: 1,
          webhookCalls: 1,
          searchEntries: 1,
          auditEntries: 0,
        });
        expect(storageKeys).toEqual([attachment.storageKey]);
        expect(await client.conversations.find(conversation.id)).toBeUndefined();
        expect(await client.receipts.find(message.id)).toBeUndefined();
        expect(await client.webhooks.find(call.id)).toBeUndefined();
        expect(await client.attachments.find(attachment.id)).toBeUndefined();
        expect(await client.jobs.find('answer', message.id)).toBeUndefined();
        expect(await client.visitors.find(visitor.id)).toBeDefined();

        expect(await client.conversations.find(other.id)).toBeDefined();
        expect(await client.receipts.find(kept.message.id)).toBeDefined();
        expect(await client.jobs.find('answer', kept.message.id)).toBeDefined();
      });

      it('takes the details out of the audit entries about them, and leaves the entries', async () => {
        const { client, conversation, start } = await world();
        const details = { title: { from: null, to: 'Ann’s order' } };
        const about = { targetType: 'conversation', details };
        const other = await addConversation(client, start);
        const entry = await client.audit.append(auditInput({ ...about, targetId: conversation.id }));
        const kept = await client.audit.append(auditInput({ ...about, targetId: other.id }));
        const { counts } = await client.erasures.removeConversations([conversation.id]);
        expect(counts.auditEntries).toBe(1);
        const { items } = await client.audit.list({ limit: 10 });
        expect(items).toEqual([kept, { ...entry, details: { erased: true } }]);
      });

      it('removes nothing when none is named', async () => {
        const { client } = await world();
        expect(await client.erasures.removeConversations([])).toEqual({ counts: {}, storageKeys: [] });
      });

      it('leaves nothing of what is added meanwhile', async () => {
        const own = await world();
        const { client, conversation } = own;
        const add = () =>
          Promise.all([
            client.messages.append(messageInput(conversation.id)),
            client.attachments.create(attachmentInput(conversation.id)),
            client.notes.create(noteInput(conversation.id)),
          ]).catch((error: unknown) => expect(error).toBeInstanceOf(NotFoundError));
        const [removed] = await Promise.all([client.erasures.removeConversations([conversation.id]), add(), add()]);
        const { items } = await client.attachments.list({ conversationId: conversation.id }, { limit: 10 });
        expect(items).toEqual([]);
        expect(removed.counts.attachments).toBe(removed.storageKeys.length);
        expect((await client.messages.list(conversation.id, { limit: 10 })).items).toEqual([]);
      });
    });

    describe('a visitor', () => {
      it('is found with their conversations, and with nobody else’s', async () => {
        const { client, visitor, conversation, start } = await world();
        const second = await addConversation(client, start);
        await addConversation(client, { visitorId: (await addVisitor(client)).id });
        expect(await client.erasures.holdVisitor(visitor.id.toUpperCase())).toEqual(visitor);
        expect(await client.erasures.conversationsOf(visitor.id.toUpperCase())).toEqual([conversation.id, second.id]);
        expect(await client.erasures.holdVisitor(strangeId())).toBeUndefined();
        expect(await client.erasures.conversationsOf(strangeId())).toEqual([]);
      });

      it('is removed once, when no conversation is left, and audit entries tell no more of them', async () => {
        const { client, visitor, conversation } = await world();
        const about = auditInput({ targetType: 'visitor', targetId: visitor.id, details: { name: 'Ann' } });
        await client.audit.append(about);
        const error = await errorOf(client.erasures.removeVisitor(visitor.id));
        expect(error).toBeInstanceOf(ConflictError);
        expect(error).toMatchObject({ reason: 'in_use' });
        await client.erasures.removeConversations([conversation.id]);
        expect(await client.erasures.removeVisitor(visitor.id.toUpperCase())).toBe(true);
        expect(await client.erasures.removeVisitor(visitor.id)).toBe(false);
        expect(await client.visitors.find(visitor.id)).toBeUndefined();
        expect((await client.audit.list({ limit: 1 })).items).toMatchObject([{ details: { erased: true } }]);
      });

      it('who is held begins no conversation until they are let go', async () => {
        const { client, visitor, start } = await world();
        const erase = () =>
          t.storage.transaction(async (scope) => {
            const own = scope.forClient(client.clientId);
            await own.erasures.holdVisitor(visitor.id);
            await own.erasures.removeConversations(await own.erasures.conversationsOf(visitor.id));
            return own.erasures.removeVisitor(visitor.id);
          });
        const begin = () =>
          client.conversations
            .create(start)
            .catch((error: unknown) => expect(error).toMatchObject({ entity: 'visitor' }));
        const [removed] = await Promise.all([erase(), begin(), begin(), begin()]);
        expect(removed).toBe(true);
        expect((await client.conversations.list({}, { limit: 10 })).items).toEqual([]);
      });
    });

    describe('approved answers', () => {
      it('are known by what they were written from, until either goes', async () => {
        const { client, conversation } = await world();
        const { document } = await addDocument(client, ['One']);
        const { message } = await client.messages.append(messageInput(conversation.id, { content: 'My words' }));
        const approval = {
          documentId: document.id,
          questionMessageId: message.id,
          conversationId: conversation.id.toUpperCase(),
        };
        await client.erasures.noteApproval(approval);
        await client.erasures.noteApproval(approval);
        const from = () => client.erasures.approvalsFrom([conversation.id, strangeId()]);
        expect(await from()).toEqual([{ documentId: document.id, said: 'My words' }]);
        expect(await client.erasures.approvalsFrom([])).toEqual([]);
        await client.documents.remove(document.id);
        expect(await from()).toEqual([]);
      });

      it('are not noted of what is not there', async () => {
        const { client, conversation } = await world();
        const { document } = await addDocument(client, ['One']);
        const note = (approval: { documentId: string; conversationId: string }) =>
          errorOf(client.erasures.noteApproval({ ...approval, questionMessageId: strangeId() }));
        const nowhere = await note({ documentId: strangeId(), conversationId: conversation.id });
        expect(nowhere).toMatchObject({ entity: 'document' });
        const gone = await note({ documentId: document.id, conversationId: strangeId() });
        expect(gone).toMatchObject({ entity: 'conversation' });
      });
    });

    it('takes the text of a document’s passages out of answers where it holds one of the texts', async () => {
      const { client, conversation, visitor } = await world();
      const [documentId, otherId] = [strangeId(), strangeId()];
      const passage = (number: number, of: string, text: string): UsedPassage => ({
        number,
        chunkId: strangeId(),
        documentId: of,
        documentName: 'Approved answers',
        titlePath: [text],
        page: null,
        url: null,
        text,
        score: 1,
        cited: true,
      });
      const citations = [1, 2, 3].map((number) => ({ number, title: 'T', page: null, url: null, quote: 'Q' }));
      const { message } = await client.messages.append(
        messageInput(conversation.id, { role: 'assistant', metadata: { citations, more: 1 } }),
      );
      const passages = [
        passage(1, documentId, 'My words: yes'),
        passage(2, documentId, 'Other words'),
        passage(3, otherId, 'My words too'),
      ];
      const { widgetId } = visitor;
      const input = { widgetId, answerMessageId: message.id, passages };
      const { questionMessageId } = await client.receipts.create(receiptInput(conversation.id, input));
      await client.receipts.create(receiptInput(conversation.id, { widgetId, passages: [passages[1]!] }));

      expect(await client.erasures.eraseQuotations(documentId.toUpperCase(), ['My words'])).toBe(1);
      expect(await client.erasures.eraseQuotations(documentId, ['My words'])).toBe(0);
      const emptied = { ...passages[0], text: '', titlePath: [] };
      const { passages: left } = (await client.receipts.find(questionMessageId))!;
      expect(left).toEqual([emptied, passages[1], passages[2]]);
      expect((await client.messages.find(conversation.id, message.id))?.metadata).toEqual({
        citations: [{ ...citations[0], title: '', quote: '' }, citations[1], citations[2]],
        more: 1,
      });
    });

    describe('receipts of erasure', () => {
      it('are listed newest first, page by page', async () => {
        const { client } = await world();
        const made = [];
        for (let n = 0; n < 5; n++) {
          t.env.advance(1);
          made.unshift(
            await client.erasures.create({ actorKind: 'apiKey', counts: { messages: n }, subjectHash: null }),
          );
        }
        expect(made[0]).toEqual({
          clientId: client.clientId,
          id: made[0]!.id,
          actorKind: 'apiKey',
          counts: { messages: 4 },
          subjectHash: null,
          createdAt: t.env.now(),
        });
        expect(await allPages((page) => client.erasures.list(page), 2)).toEqual(made);
        expect(await errorOf(client.erasures.list({ limit: 1, cursor: 'x' }))).toBeInstanceOf(InvalidCursorError);
      });

      it('tell when somebody was erased last, until that is forgotten', async () => {
        const { client } = await world();
        const note = () => client.erasures.create({ actorKind: 'visitor', counts: {}, subjectHash: 'aa' });
        expect(await client.erasures.erasedAt('aa')).toBeUndefined();
        const first = await note();
        t.env.advance(1_000);
        expect(await client.erasures.erasedAt('aa')).toEqual(first.createdAt);
        const second = await note();
        expect(await client.erasures.erasedAt('aa')).toEqual(second.createdAt);
        expect(await client.erasures.erasedAt('bb')).toBeUndefined();
        expect(await client.erasures.forgetSubjects(second.createdAt)).toBe(1);
        expect(await client.erasures.forgetSubjects(new Date(second.createdAt.getTime() + 1))).toBe(1);
        expect(await client.erasures.erasedAt('aa')).toBeUndefined();
        expect((await client.erasures.list({ limit: 10 })).items).toHaveLength(2);
      });

      it('are not written for a client that is gone', async () => {
        const { client } = await world();
        await client.client.remove();
        const error = await errorOf(client.erasures.create({ actorKind: 'system', counts: {}, subjectHash: null }));
        expect(error).toMatchObject({ entity: 'client' });
      });
    });
  });
}
