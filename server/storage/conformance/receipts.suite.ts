import { describe, expect, it } from 'vitest';
import type { AnswerReceipt } from '../../../shared/schema.ts';
import { encodeIdCursor } from '../cursor.ts';
import { ConflictError, InvalidCursorError } from '../errors.ts';
import type { NewReceipt } from '../repositories/receipts.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { receiptInput } from './knowledge-worlds.ts';
import { addClient, addConversation, allPages, errorOf, strangeId } from './worlds.ts';

export function receiptsSuite(open: OpenHarness): void {
  describe('receipts', () => {
    const t = useHarness(open);
    const notFound = { name: 'NotFoundError', entity: 'receipt' };

    const start = async () => {
      const { client } = await addClient(t.storage);
      const { id: conversationId } = await addConversation(client);
      const add = (input: Partial<NewReceipt> = {}) => client.receipts.create(receiptInput(conversationId, input));
      return { client, conversationId, add };
    };

    describe('create', () => {
      it('stores every field, not rated and not reviewed', async () => {
        const { client, conversationId } = await start();
        const input = receiptInput(conversationId, {
          question: 'Größe 😀?',
          outcome: 'fallback',
          engine: 'llm',
          model: 'small',
          promptVersion: 'p1',
          confidence: 0.1 + 0.2,
          passages: [
            {
              number: 1,
              chunkId: strangeId(),
              documentId: strangeId(),
              documentName: 'Guide',
              titlePath: ['Guide', 'Size'],
              page: null,
              url: 'https://x.example/',
              text: 'Text',
              score: 1.25,
              cited: true,
            },
          ],
          steps: [{ engine: 'webhook', durationMs: 3, failure: 'It did not answer.' }],
          tokensIn: 5,
          tokensOut: 6,
          costMicros: 5_000_000_000,
        });
        const receipt = await client.receipts.create(input);
        expect(receipt).toEqual({
          ...input,
          clientId: client.clientId,
          rating: null,
          worstOrder: expect.any(Number),
          reviewedAt: null,
          createdAt: t.env.now(),
        });
        expect(await client.receipts.find(input.questionMessageId.toUpperCase())).toEqual(receipt);
        expect(await client.receipts.findByAnswer(input.answerMessageId!.toUpperCase())).toEqual(receipt);
      });

      it('takes ids in whichever letter case, and an answer that there is none of', async () => {
        const { client, conversationId } = await start();
        const input = receiptInput(conversationId, { answerMessageId: null, confidence: null, outcome: 'silent' });
        const upper = {
          questionMessageId: input.questionMessageId.toUpperCase(),
          conversationId: conversationId.toUpperCase(),
          widgetId: input.widgetId.toUpperCase(),
        };
        expect(await client.receipts.create({ ...input, ...upper })).toMatchObject(input);
      });

      it('refuses a second one for a question, also of many at once', async () => {
        const { client, add } = await start();
        const questionMessageId = strangeId();
        const outcomes = await Promise.allSettled(
          Array.from({ length: 5 }, (_, n) => add({ questionMessageId, answer: `${n}` })),
        );
        const [stored] = outcomes.filter((outcome) => outcome.status === 'fulfilled');
        const refused = outcomes.filter((outcome) => outcome.status === 'rejected');
        expect(refused).toHaveLength(4);
        for (const { reason } of refused) {
          expect(reason).toBeInstanceOf(ConflictError);
          expect(reason).toMatchObject({ reason: 'already_answered' });
        }
        expect(await client.receipts.find(questionMessageId)).toEqual(stored!.value);
      });

      it('throws NotFoundError for an unknown conversation', async () => {
        const { client } = await start();
        const error = await errorOf(client.receipts.create(receiptInput(strangeId())));
        expect(error).toMatchObject({ name: 'NotFoundError', entity: 'conversation' });
      });
    });

    describe('find and findByAnswer', () => {
      it('answer undefined when there is none, and when its conversation has been removed', async () => {
        const { client, conversationId, add } = await start();
        const { questionMessageId, answerMessageId } = await add();
        expect(await client.receipts.find(answerMessageId!)).toBeUndefined();
        expect(await client.receipts.findByAnswer(questionMessageId)).toBeUndefined();
        await client.conversations.remove(conversationId);
        expect(await client.receipts.find(questionMessageId)).toBeUndefined();
        expect(await client.receipts.findByAnswer(answerMessageId!)).toBeUndefined();
      });

      it('findByAnswer answers the newest of several questions with one answer', async () => {
        const { client, add } = await start();
        const answerMessageId = strangeId();
        await add({ answerMessageId });
        t.env.advance(5);
        const newest = await add({ answerMessageId });
        expect(await client.receipts.findByAnswer(answerMessageId)).toEqual(newest);
      });
    });

    describe('list', () => {
      const everything = (client: Awaited<ReturnType<typeof start>>['client'], filter: object, limit: number) =>
        allPages((page) => client.receipts.list(filter, page), limit);

      it('answers the newest first, then the highest question, page by page', async () => {
        const { client, add } = await start();
        const all: AnswerReceipt[] = [];
        for (const step of [0, 3, 0, -9, 4]) {
          t.env.advance(step);
          all.push(await add());
        }
        all.sort(newestFirst);
        for (const limit of [1, 2, 5, 100]) {
          expect(await everything(client, {}, limit)).toEqual(all);
          expect(await everything(client, { order: 'newest' }, limit)).toEqual(all);
        }
      });

      it('answers the worst first: unhelpful, unanswered, then by confidence, each the newest first', async () => {
        const { client, conversationId, add } = await start();
        const rated = async (rating: 1 | -1, input: Partial<NewReceipt>) => {
          const { answerMessageId } = await add(input);
          return client.receipts.rate({ conversationId, answerMessageId: answerMessageId! }, rating);
        };
        const worst = [
          await rated(-1, { confidence: 0.9 }),
          await rated(-1, { outcome: 'unknown', confidence: 0.1 }),
        ].sort(newestFirst);
        t.env.advance(1);
        const unanswered = [
          await add({ outcome: 'failed', confidence: null }),
          await add({ outcome: 'unknown', confidence: 0.9 }),
          await rated(1, { outcome: 'unknown' }),
        ].sort(newestFirst);
        t.env.advance(1);
        const others = [
          await add({ confidence: 0 }),
          await rated(1, { confidence: 0.2, outcome: 'fallback' }),
          ...[await add({ confidence: 0.3 }), await add({ confidence: 0.3 })].sort(newestFirst),
          await add({ confidence: 1e-7 + 0.3 }),
          await add({ confidence: 1 }),
          await add({ confidence: null, outcome: 'silent' }),
        ];
        const all = [...worst, ...unanswered, ...others];
        for (const limit of [1, 2, 3, 5, 100]) {
          expect(await everything(client, { order: 'worst' }, limit)).toEqual(all);
        }
      });

      it('answers those of one widget in either order', async () => {
        const { client, add } = await start();
        const widgetId = strangeId();
        const low = await add({ widgetId, confidence: 0.1 });
        t.env.advance(1);
        await add({ confidence: 0.2 });
        const high = await add({ widgetId, confidence: 0.9 });
        for (const limit of [1, 2, 100]) {
          expect(await everything(client, { widgetId: widgetId.toUpperCase() }, limit)).toEqual([high, low]);
          expect(await everything(client, { widgetId, order: 'worst' }, limit)).toEqual([low, high]);
        }
        expect(await everything(client, { widgetId: strangeId() }, 1)).toEqual([]);
      });

      it('refuses a cursor that it has not given out in this order', async () => {
        const { client, add } = await start();
        for (let n = 0; n < 3; n++) await add();
        const newest = (await client.receipts.list({}, { limit: 1 })).nextCursor!;
        const worst = (await client.receipts.list({ order: 'worst' }, { limit: 1 })).nextCursor!;
        for (const [order, cursors] of [
          ['newest', ['', 'x', encodeIdCursor(strangeId()), worst]],
          ['worst', ['', 'x', encodeIdCursor(strangeId()), newest]],
        ] as const) {
          for (const cursor of cursors) {
            const error = await errorOf(client.receipts.list({ order }, { limit: 1, cursor }));
            expect(error).toBeInstanceOf(InvalidCursorError);
          }
        }
      });
    });

    describe('ratings', () => {
      it('answers what was thought of those answers that were rated and not taken back', async () => {
        const { client, conversationId, add } = await start();
        const [good, bad, taken, unrated] = [await add(), await add(), await add(), await add()];
        const rate = ({ answerMessageId }: AnswerReceipt, rating: 1 | -1 | null) =>
          client.receipts.rate({ conversationId, answerMessageId: answerMessageId! }, rating);
        await rate(good, 1);
        await rate(bad, -1);
        await rate(taken, 1);
        await rate(taken, null);
        // One answer to two questions.
        await add({ answerMessageId: good.answerMessageId });
        const ids = [good, bad, taken, unrated].map(({ answerMessageId }) => answerMessageId!);
        const ratings = await client.receipts.ratings([...ids, ids[0]!.toUpperCase(), strangeId()]);
        expect(new Map(ratings.map((one) => [one.answerMessageId, one.rating]))).toEqual(
          new Map([
            [good.answerMessageId, 1],
            [bad.answerMessageId, -1],
          ]),
        );
        expect(ratings).toHaveLength(2);
        expect(await client.receipts.ratings([])).toEqual([]);
      });
    });

    describe('rate', () => {
      it('keeps the latest thought of the visitor, and nothing else changes', async () => {
        const { client, conversationId, add } = await start();
        const receipt = await add();
        const by = { conversationId, answerMessageId: receipt.answerMessageId! };
        for (const rating of [1, -1, -1, null, 1] as const) {
          t.env.advance(1);
          const upper = {
            conversationId: conversationId.toUpperCase(),
            answerMessageId: by.answerMessageId.toUpperCase(),
          };
          const rated = await client.receipts.rate(upper, rating);
          expect(rated).toEqual({ ...receipt, rating, worstOrder: expect.any(Number) });
          expect(await client.receipts.find(receipt.questionMessageId)).toEqual(rated);
        }
        expect(await client.receipts.rate(by, null)).toEqual(receipt);
      });

      it('throws NotFoundError for an answer that is not in this conversation, or is not there', async () => {
        const { client, conversationId, add } = await start();
        const other = await addConversation(client);
        const receipt = await add();
        const answerMessageId = receipt.answerMessageId!;
        for (const by of [
          { conversationId: other.id, answerMessageId },
          { conversationId, answerMessageId: strangeId() },
          { conversationId, answerMessageId: receipt.questionMessageId },
        ]) {
          expect(await errorOf(client.receipts.rate(by, -1))).toMatchObject(notFound);
        }
        expect(await client.receipts.find(receipt.questionMessageId)).toEqual(receipt);
      });
    });

    describe('unanswered and markReviewed', () => {
      it('unanswered answers groups of what nobody has reviewed, the largest first, then the latest', async () => {
        const { client, add } = await start();
        const ask = (questionKey: string, question: string, input: Partial<NewReceipt> = {}) => {
          t.env.advance(1);
          return add({ questionKey, question, outcome: 'unknown', ...input });
        };
        await ask('ship', 'Ship?');
        await ask('Size', 'Size?', { outcome: 'failed' });
        await ask('size', 'Size 1?', { outcome: 'failed' });
        const latest = await ask('size', 'Size 2?');
        const ship = await ask('ship', 'Shipping?');
        const single = await ask('ä', 'Ä?');
        await ask('known', 'Known?', { outcome: 'answered' });
        await ask('silent', 'Silent?', { outcome: 'silent' });
        await ask('ship', 'Ship now?', { outcome: 'fallback' });
        const groups = await client.receipts.unanswered(100);
        const group = (receipt: AnswerReceipt, count: number) => ({
          questionKey: receipt.questionKey,
          question: receipt.question,
          count,
          lastAskedAt: receipt.createdAt,
          conversationId: receipt.conversationId,
          questionMessageId: receipt.questionMessageId,
        });
        expect(groups.slice(0, 3)).toEqual([group(ship, 2), group(latest, 2), group(single, 1)]);
        expect(groups.map(({ questionKey }) => questionKey)).toEqual(['ship', 'size', 'ä', 'Size']);
        expect(await client.receipts.unanswered(2)).toEqual(groups.slice(0, 2));
      });

      it('takes the highest question for the latest of those asked at the same time', async () => {
        const { client, add } = await start();
        const asked = [await add({ outcome: 'unknown' }), await add({ outcome: 'unknown' })].sort(newestFirst);
        expect(await client.receipts.unanswered(1)).toMatchObject([
          { count: 2, questionMessageId: asked[0]!.questionMessageId },
        ]);
      });

      it('markReviewed takes a question with all unanswered ones of its group out, until it is asked again', async () => {
        const { client, add } = await start();
        const [first, second] = [await add({ outcome: 'unknown' }), await add({ outcome: 'failed' })];
        const answered = await add();
        const other = await add({ outcome: 'unknown', questionKey: 'other' });
        t.env.advance(1);
        const reviewedAt = t.env.now();
        await client.receipts.markReviewed(first.questionMessageId.toUpperCase());
        for (const receipt of [first, second]) {
          expect(await client.receipts.find(receipt.questionMessageId)).toEqual({ ...receipt, reviewedAt });
        }
        for (const receipt of [answered, other]) {
          expect(await client.receipts.find(receipt.questionMessageId)).toEqual(receipt);
        }
        expect(await client.receipts.unanswered(9)).toMatchObject([{ questionKey: 'other' }]);
        t.env.advance(1);
        const again = await add({ outcome: 'unknown' });
        expect((await client.receipts.unanswered(9))[0]).toMatchObject({
          count: 1,
          questionMessageId: again.questionMessageId,
        });
      });

      it('markReviewed of an answered question marks it and the unanswered ones of its group', async () => {
        const { client, add } = await start();
        const answered = await add();
        const like = await add();
        const open = await add({ outcome: 'unknown' });
        await client.receipts.markReviewed(answered.questionMessageId);
        const reviewed = async ({ questionMessageId }: AnswerReceipt) =>
          (await client.receipts.find(questionMessageId))!.reviewedAt !== null;
        expect([await reviewed(answered), await reviewed(like), await reviewed(open)]).toEqual([true, false, true]);
      });

      it('markReviewed throws NotFoundError when there is none', async () => {
        const { client } = await start();
        expect(await errorOf(client.receipts.markReviewed(strangeId()))).toMatchObject(notFound);
      });
    });

    describe('counts', () => {
      it('counts by outcome what was created since then', async () => {
        const { client, add } = await start();
        expect(await client.receipts.counts(new Date(0))).toEqual({});
        await add({ outcome: 'silent' });
        t.env.advance(1);
        const since = t.env.now();
        for (const outcome of ['answered', 'unknown', 'answered'] as const) await add({ outcome });
        expect(await client.receipts.counts(since)).toEqual({ answered: 2, unknown: 1 });
        expect(await client.receipts.counts(new Date(0))).toEqual({ answered: 2, unknown: 1, silent: 1 });
      });
    });
  });
}

function newestFirst(a: AnswerReceipt, b: AnswerReceipt): number {
  return b.createdAt.getTime() - a.createdAt.getTime() || (a.questionMessageId < b.questionMessageId ? 1 : -1);
}
