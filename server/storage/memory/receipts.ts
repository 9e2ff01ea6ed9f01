import type { ClientId } from '../../../shared/ids.ts';
import type { AnswerReceipt } from '../../../shared/schema.ts';
import { decodeInstantCursor, decodeOrderCursor, encodeInstantCursor, encodeOrderCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import { isUnanswered, worstOrderOf } from '../receipt-order.ts';
import type { ReceiptsRepository, UnansweredGroup } from '../repositories/receipts.ts';
import { answerReceipts } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { takePage } from './mem-page.ts';
import { compareText, idOf, idOrNull, ownedKey } from './mem-values.ts';

export function createReceipts({ env, read, write }: MemContext, clientId: ClientId): ReceiptsRepository {
  /** Newest first. */
  const ofAnswer = (tx: MemTransaction, answerMessageId: string) => [
    ...tx.of(answerReceipts).scan('answer', ownedKey(clientId, answerMessageId), { descending: true }),
  ];

  return {
    create: (input) =>
      write((tx) =>
        tx.of(answerReceipts).insert({
          clientId,
          questionMessageId: idOf(input.questionMessageId),
          conversationId: idOf(input.conversationId),
          widgetId: idOf(input.widgetId),
          answerMessageId: idOrNull(input.answerMessageId),
          question: input.question,
          questionKey: input.questionKey,
          answer: input.answer,
          outcome: input.outcome,
          engine: input.engine,
          model: input.model,
          promptVersion: input.promptVersion,
          confidence: input.confidence,
          passages: input.passages,
          steps: input.steps,
          tokensIn: input.tokensIn,
          tokensOut: input.tokensOut,
          costMicros: input.costMicros,
          durationMs: input.durationMs,
          rating: null,
          worstOrder: worstOrderOf({ ...input, rating: null }),
          reviewedAt: null,
          createdAt: env.now(),
        }),
      ),

    find: (questionMessageId) => read((tx) => tx.of(answerReceipts).get(ownedKey(clientId, questionMessageId))),

    findByAnswer: (answerMessageId) => read((tx) => ofAnswer(tx, answerMessageId)[0]),

    ratings: (answerMessageIds) =>
      read((tx) =>
        [...new Set(answerMessageIds.map(idOf))].flatMap((answerMessageId) => {
          const rating = ofAnswer(tx, answerMessageId).find((receipt) => receipt.rating !== null)?.rating;
          return rating === 1 || rating === -1 ? [{ answerMessageId, rating }] : [];
        }),
      ),

    list: ({ order = 'newest', widgetId }, { limit, cursor }) =>
      read((tx) => {
        const isWanted = (receipt: AnswerReceipt) => widgetId === undefined || receipt.widgetId === idOf(widgetId);
        if (order === 'newest') {
          const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
          const beyond = position && { createdAt: position.at, questionMessageId: position.id };
          const rows = tx.of(answerReceipts).scan('client', clientId, { descending: true, beyond });
          return takePage(only(rows, isWanted), limit, (last) =>
            encodeInstantCursor({ at: last.createdAt, id: last.questionMessageId }),
          );
        }
        const position = cursor === undefined ? undefined : decodeOrderCursor(cursor);
        const beyond = position && {
          worstOrder: position.order,
          createdAt: position.at,
          questionMessageId: position.id,
        };
        const rows = tx.of(answerReceipts).scan('worst', clientId, { beyond });
        return takePage(only(rows, isWanted), limit, (last) =>
          encodeOrderCursor({ order: last.worstOrder, at: last.createdAt, id: last.questionMessageId }),
        );
      }),

    rate: ({ conversationId, answerMessageId }, rating) =>
      write((tx) => {
        const rated = ofAnswer(tx, answerMessageId)
          .filter((receipt) => receipt.conversationId === idOf(conversationId))
          .map((receipt) => {
            const worstOrder = worstOrderOf({ ...receipt, rating });
            return tx.of(answerReceipts).update(receipt, { rating, worstOrder });
          });
        if (rated[0] === undefined) throw new NotFoundError('receipt');
        return rated[0];
      }),

    markReviewed: (questionMessageId) =>
      write((tx) => {
        const receipt = tx.of(answerReceipts).get(ownedKey(clientId, questionMessageId));
        if (receipt === undefined) throw new NotFoundError('receipt');
        const reviewedAt = env.now();
        tx.of(answerReceipts).update(receipt, { reviewedAt });
        const others = [...tx.of(answerReceipts).scan('client', clientId)].filter(
          (other) => other.questionKey === receipt.questionKey && isOpen(other),
        );
        for (const other of others) tx.of(answerReceipts).update(other, { reviewedAt });
      }),

    unanswered: (limit) =>
      read((tx) => {
        const groups = new Map<string, UnansweredGroup>();
        for (const receipt of tx.of(answerReceipts).scan('client', clientId, { descending: true })) {
          if (!isOpen(receipt)) continue;
          const { questionKey, question, conversationId, questionMessageId, createdAt } = receipt;
          const group = groups.get(questionKey);
          if (group !== undefined) group.count++;
          else {
            const latest = { question, lastAskedAt: createdAt, conversationId, questionMessageId };
            groups.set(questionKey, { questionKey, ...latest, count: 1 });
          }
        }
        return [...groups.values()].sort(largestFirst).slice(0, limit);
      }),

    counts: (since) =>
      read((tx) => {
        const counts: Partial<Record<AnswerReceipt['outcome'], number>> = {};
        for (const { createdAt, outcome } of tx.of(answerReceipts).scan('client', clientId, { descending: true })) {
          if (createdAt < since) break;
          counts[outcome] = (counts[outcome] ?? 0) + 1;
        }
        return counts;
      }),
  };
}

const isOpen = ({ outcome, reviewedAt }: AnswerReceipt) => isUnanswered(outcome) && reviewedAt === null;

function largestFirst(a: UnansweredGroup, b: UnansweredGroup): number {
  const latest = b.lastAskedAt.getTime() - a.lastAskedAt.getTime();
  return b.count - a.count || latest || compareText(b.questionMessageId, a.questionMessageId);
}

function* only<Row>(rows: Iterable<Row>, isWanted: (row: Row) => boolean): Generator<Row, void, undefined> {
  for (const row of rows) if (isWanted(row)) yield row;
}
