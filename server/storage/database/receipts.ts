import { and, count, desc, eq, gte, inArray, isNotNull, or, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type AnswerReceipt, answerReceipts } from '../../../shared/schema.ts';
import { decodeInstantCursor, decodeOrderCursor, encodeInstantCursor, encodeOrderCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import { worstOrderOf } from '../receipt-order.ts';
import type { NewReceipt, ReceiptsRepository, UnansweredGroup } from '../repositories/receipts.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

const t = answerReceipts;

/** Spelled out as the partial index has it; with parameters a generic plan could not use the index. */
const isOpen = sql`${t.outcome} in ('unknown', 'failed') and ${t.reviewedAt} is null`;

/** Spelled as the indexes are: "desc" alone puts nulls first, and Postgres would sort. */
const newestFirst = [sql`${desc(t.createdAt)} nulls last`, sql`${desc(t.questionMessageId)} nulls last`];

export class DatabaseReceipts implements ReceiptsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewReceipt): Promise<AnswerReceipt> {
    const row = {
      clientId: this.#clientId,
      questionMessageId: input.questionMessageId,
      conversationId: input.conversationId,
      widgetId: input.widgetId,
      answerMessageId: input.answerMessageId,
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
      createdAt: this.#handle.env.now(),
    };
    const [receipt] = await this.#handle.write((db) => db.insert(t).values(row).returning());
    return receipt!;
  }

  async find(questionMessageId: string): Promise<AnswerReceipt | undefined> {
    const [receipt] = await this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.questionMessageId, questionMessageId))),
    );
    return receipt;
  }

  async findByAnswer(answerMessageId: string): Promise<AnswerReceipt | undefined> {
    const [receipt] = await this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.answerMessageId, answerMessageId)))
        .orderBy(...newestFirst)
        .limit(1),
    );
    return receipt;
  }

  async ratings(answerMessageIds: readonly string[]): Promise<{ answerMessageId: string; rating: 1 | -1 }[]> {
    const rows = await this.#handle.read(async (db) => {
      if (answerMessageIds.length === 0) return [];
      return db
        .selectDistinct({ answerMessageId: t.answerMessageId, rating: t.rating })
        .from(t)
        .where(owned(t, this.#clientId, inArray(t.answerMessageId, [...answerMessageIds]), isNotNull(t.rating)));
    });
    return rows as { answerMessageId: string; rating: 1 | -1 }[];
  }

  list(
    { order = 'newest', widgetId }: { order?: 'newest' | 'worst'; widgetId?: string },
    page: PageRequest,
  ): Promise<Page<AnswerReceipt>> {
    const ofWidget = widgetId === undefined ? undefined : eq(t.widgetId, widgetId);
    return order === 'worst' ? this.#listWorst(ofWidget, page) : this.#listNewest(ofWidget, page);
  }

  rate(
    { conversationId, answerMessageId }: { conversationId: string; answerMessageId: string },
    rating: 1 | -1 | null,
  ): Promise<AnswerReceipt> {
    const isIt = owned(t, this.#clientId, eq(t.conversationId, conversationId), eq(t.answerMessageId, answerMessageId));
    return this.#handle.atomically(async (db) => {
      const found = await db
        .select()
        .from(t)
        .where(isIt)
        .orderBy(...newestFirst)
        .for('update');
      const rated = [];
      for (const receipt of found) {
        const values = { rating, worstOrder: worstOrderOf({ ...receipt, rating }) };
        const row = owned(t, this.#clientId, eq(t.questionMessageId, receipt.questionMessageId));
        rated.push(...(await db.update(t).set(values).where(row).returning()));
      }
      if (rated[0] === undefined) throw new NotFoundError('receipt');
      return rated[0];
    });
  }

  markReviewed(questionMessageId: string): Promise<void> {
    return this.#handle.atomically(async (db) => {
      const [receipt] = await db
        .select({ questionKey: t.questionKey })
        .from(t)
        .where(owned(t, this.#clientId, eq(t.questionMessageId, questionMessageId)));
      if (receipt === undefined) throw new NotFoundError('receipt');
      const isOfGroup = and(eq(t.questionKey, receipt.questionKey), isOpen);
      await db
        .update(t)
        .set({ reviewedAt: this.#handle.env.now() })
        .where(owned(t, this.#clientId, or(eq(t.questionMessageId, questionMessageId), isOfGroup)));
    });
  }

  unanswered(limit: number): Promise<UnansweredGroup[]> {
    const isAnyOpen = owned(t, this.#clientId, isOpen);
    return this.#handle.readOnReplica(async (db) => {
      const groups = db
        .select({
          questionKey: t.questionKey,
          count: count().as('group_count'),
          questionMessageId:
            sql<string>`(array_agg(${t.questionMessageId} order by ${t.createdAt} desc, ${t.questionMessageId} desc))[1]`.as(
              'latest_id',
            ),
          lastAskedAt: sql<Date>`max(${t.createdAt})`.as('latest_at'),
        })
        .from(t)
        .where(isAnyOpen)
        .groupBy(t.questionKey)
        .orderBy(sql`group_count desc, latest_at desc, latest_id desc`)
        .limit(limit)
        .as('latest');
      return db
        .select({
          questionKey: t.questionKey,
          question: t.question,
          count: groups.count,
          lastAskedAt: t.createdAt,
          conversationId: t.conversationId,
          questionMessageId: t.questionMessageId,
        })
        .from(groups)
        .innerJoin(t, owned(t, this.#clientId, eq(t.questionMessageId, groups.questionMessageId)))
        .orderBy(sql`group_count desc`, ...newestFirst);
    });
  }

  async counts(since: Date): Promise<Partial<Record<AnswerReceipt['outcome'], number>>> {
    const rows = await this.#handle.readOnReplica((db) =>
      db
        .select({ outcome: t.outcome, count: count() })
        .from(t)
        .where(owned(t, this.#clientId, gte(t.createdAt, since)))
        .groupBy(t.outcome),
    );
    return Object.fromEntries(rows.map((row) => [row.outcome, row.count]));
  }

  #listNewest(ofWidget: SQL | undefined, { limit, cursor }: PageRequest): Promise<Page<AnswerReceipt>> {
    return this.#handle.readOnReplica(async (db) => {
      const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
      const beyond = position && isOlder(position);
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, ofWidget, beyond))
        .orderBy(...newestFirst)
        .limit(limit + 1);
      return pageOf(rows, limit, (last) => encodeInstantCursor({ at: last.createdAt, id: last.questionMessageId }));
    });
  }

  #listWorst(ofWidget: SQL | undefined, { limit, cursor }: PageRequest): Promise<Page<AnswerReceipt>> {
    return this.#handle.readOnReplica(async (db) => {
      const position = cursor === undefined ? undefined : decodeOrderCursor(cursor);
      const beyond =
        position &&
        sql`${t.worstOrder} >= ${position.order} and (${t.worstOrder} > ${position.order} or ${isOlder(position)})`;
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, ofWidget, beyond))
        .orderBy(t.worstOrder, ...newestFirst)
        .limit(limit + 1);
      return pageOf(rows, limit, (last) =>
        encodeOrderCursor({ order: last.worstOrder, at: last.createdAt, id: last.questionMessageId }),
      );
    });
  }
}

function isOlder({ at, id }: { at: Date; id: string }): SQL {
  return sql`(${t.createdAt}, ${t.questionMessageId}) < (${at}::timestamptz, ${id}::uuid)`;
}
