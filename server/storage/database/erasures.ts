import { asc, count, desc, eq, inArray, isNotNull, lt, sql, sum } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { ClientId } from '../../../shared/ids.ts';
import { type ErasedCounts, type ErasedKind, erasedDetails } from '../../../shared/privacy-vocabulary.ts';
import {
  type ApprovedAnswer,
  answerReceipts,
  approvedAnswers,
  attachments,
  auditLog,
  conversationNotes,
  conversationRatings,
  conversationSearch,
  conversations,
  type Erasure,
  erasures,
  handoffs,
  jobs,
  messages,
  type Visitor,
  visitors,
  webhookCalls,
  webhookDeliveries,
} from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { ConflictError } from '../errors.ts';
import { withoutCited, withoutQuotations, withoutTold } from '../quotations.ts';
import type { ApprovalSource, ErasuresRepository, NewErasure, RemovedConversations } from '../repositories/erasures.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Db, Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { type OwnedTable, owned } from './scope.ts';

const t = erasures;

/** What goes with a conversation, and is counted. */
const hanging: [ErasedKind, OwnedTable & { conversationId: PgColumn }][] = [
  ['attachments', attachments],
  ['notes', conversationNotes],
  ['ratings', conversationRatings],
  ['handoffs', handoffs],
  ['answers', answerReceipts],
  ['webhookCalls', webhookCalls],
  ['searchEntries', conversationSearch],
];

export class DatabaseErasures implements ErasuresRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async holdVisitor(id: string): Promise<Visitor | undefined> {
    const [visitor] = await this.#handle.write((db) =>
      db.select().from(visitors).where(this.#visitor(id)).for('update'),
    );
    return visitor;
  }

  async conversationsOf(visitorId: string): Promise<string[]> {
    const rows = await this.#handle.read((db) =>
      db
        .select({ id: conversations.id })
        .from(conversations)
        .where(owned(conversations, this.#clientId, eq(conversations.visitorId, visitorId)))
        .orderBy(asc(conversations.id)),
    );
    return rows.map(({ id }) => id);
  }

  removeConversations(ids: readonly string[]): Promise<RemovedConversations> {
    const wanted = ids.map((id) => id.toLowerCase());
    return this.#handle.atomically(async (db) => {
      if (wanted.length === 0) return { counts: {}, storageKeys: [] };
      const isOne = owned(conversations, this.#clientId, inArray(conversations.id, wanted));
      // Who adds something holds its conversation, and waits while somebody else holds it for an update.
      await db
        .select({ id: conversations.id })
        .from(conversations)
        .where(isOne)
        .orderBy(conversations.id)
        .for('update');
      const within = (table: OwnedTable & { conversationId: PgColumn }) =>
        owned(table, this.#clientId, inArray(table.conversationId, wanted));
      const counts: ErasedCounts = {};
      for (const [kind, table] of hanging) {
        const [found] = await db.select({ count: count() }).from(table).where(within(table));
        counts[kind] = found!.count;
      }
      const [said] = await db
        .select({ messages: sum(conversations.messageCount) })
        .from(conversations)
        .where(isOne);
      counts.messages = Number(said!.messages ?? 0);
      const files = await db
        .select({ storageKey: attachments.storageKey })
        .from(attachments)
        .where(within(attachments))
        .orderBy(asc(attachments.id));
      const theirs = db.select({ id: messages.id }).from(messages).where(within(messages));
      await db
        .delete(jobs)
        .where(owned(jobs, this.#clientId, eq(jobs.kind, 'answer'), inArray(jobs.subjectId, theirs)));
      const removed = await db.delete(conversations).where(isOne).returning({ id: conversations.id });
      counts.conversations = removed.length;
      counts.auditEntries = await this.#eraseDetails(db, 'conversation', wanted);
      return { counts, storageKeys: files.map(({ storageKey }) => storageKey) };
    });
  }

  removeVisitor(id: string): Promise<boolean> {
    return this.#handle.atomically(async (db) => {
      const [left] = await db
        .select({ count: count() })
        .from(conversations)
        .where(owned(conversations, this.#clientId, eq(conversations.visitorId, id)));
      if (left!.count > 0) throw new ConflictError('in_use');
      const removed = await db.delete(visitors).where(this.#visitor(id)).returning({ id: visitors.id });
      if (removed.length > 0) await this.#eraseDetails(db, 'visitor', [id.toLowerCase()]);
      return removed.length > 0;
    });
  }

  async noteApproval(approval: Omit<ApprovedAnswer, 'clientId'>): Promise<void> {
    const { documentId, questionMessageId, conversationId } = approval;
    const row = { clientId: this.#clientId, documentId, questionMessageId, conversationId };
    await this.#handle.write((db) => db.insert(approvedAnswers).values(row).onConflictDoNothing());
  }

  async approvalsFrom(conversationIds: readonly string[]): Promise<ApprovalSource[]> {
    if (conversationIds.length === 0) return [];
    const a = approvedAnswers;
    return this.#handle.read((db) =>
      db
        .select({ documentId: a.documentId, said: messages.content })
        .from(a)
        .innerJoin(messages, owned(messages, this.#clientId, eq(messages.id, a.questionMessageId)))
        .where(owned(a, this.#clientId, inArray(a.conversationId, [...conversationIds])))
        .orderBy(asc(a.documentId), asc(a.questionMessageId)),
    );
  }

  eraseQuotations(documentId: string, texts: readonly string[]): Promise<number> {
    const id = documentId.toLowerCase();
    const used = sql`${answerReceipts.passages} @> ${JSON.stringify([{ documentId: id }])}::jsonb`;
    return this.#handle.atomically(async (db) => {
      const receipts = await db
        .select()
        .from(answerReceipts)
        .where(owned(answerReceipts, this.#clientId, used));
      let changed = 0;
      for (const { questionMessageId, answerMessageId, conversationId, passages } of receipts) {
        const left = withoutQuotations(passages, id, texts);
        if (!left) continue;
        changed += 1;
        await db
          .update(answerReceipts)
          .set({ passages: left.passages })
          .where(owned(answerReceipts, this.#clientId, eq(answerReceipts.questionMessageId, questionMessageId)));
        if (answerMessageId === null) continue;
        await this.#eraseCited(db, answerMessageId, left.numbers);
        await this.#eraseTold(db, { conversationId, answerMessageId }, left.numbers);
      }
      return changed;
    });
  }

  async #eraseCited(db: Db, messageId: string, numbers: number[]): Promise<void> {
    const isAnswer = owned(messages, this.#clientId, eq(messages.id, messageId));
    const [answer] = await db.select({ metadata: messages.metadata }).from(messages).where(isAnswer);
    if (!answer) return;
    await db
      .update(messages)
      .set({ metadata: withoutCited(answer.metadata, numbers) })
      .where(isAnswer);
  }

  async #eraseTold(
    db: Db,
    { conversationId, answerMessageId }: { conversationId: string; answerMessageId: string },
    numbers: number[],
  ): Promise<void> {
    const d = webhookDeliveries;
    const told = await db
      .select({ id: d.id, payload: d.payload })
      .from(d)
      .where(owned(d, this.#clientId, eq(d.conversationId, conversationId), isNotNull(d.payload)));
    for (const { id, payload } of told) {
      const left = withoutTold(payload, answerMessageId, numbers);
      if (!left) continue;
      await db
        .update(d)
        .set({ payload: left, response: null })
        .where(owned(d, this.#clientId, eq(d.id, id)));
    }
  }

  async create({ actorKind, counts, subjectHash }: NewErasure): Promise<Erasure> {
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      actorKind,
      counts,
      subjectHash,
      createdAt: this.#handle.env.now(),
    };
    const [erasure] = await this.#handle.write((db) => db.insert(t).values(row).returning());
    return erasure!;
  }

  list(page: PageRequest): Promise<Page<Erasure>> {
    return this.#handle.read(async (db) => {
      const before = page.cursor === undefined ? undefined : lt(t.id, decodeIdCursor(page.cursor));
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, before))
        .orderBy(desc(t.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ id }) => encodeIdCursor(id));
    });
  }

  async erasedAt(subjectHash: string): Promise<Date | undefined> {
    const [last] = await this.#handle.read((db) =>
      db
        .select({ createdAt: t.createdAt })
        .from(t)
        .where(owned(t, this.#clientId, isNotNull(t.subjectHash), eq(t.subjectHash, subjectHash)))
        .orderBy(desc(t.createdAt))
        .limit(1),
    );
    return last?.createdAt;
  }

  forgetSubjects(before: Date): Promise<number> {
    return this.#handle.write(async (db) => {
      const old = owned(t, this.#clientId, isNotNull(t.subjectHash), lt(t.createdAt, before));
      const changed = await db.update(t).set({ subjectHash: null }).where(old).returning({ id: t.id });
      return changed.length;
    });
  }

  async #eraseDetails(db: Db, targetType: 'conversation' | 'visitor', ids: string[]): Promise<number> {
    const about = [eq(auditLog.targetType, targetType), inArray(auditLog.targetId, ids)];
    const isThere = sql`${auditLog.details} <> '{}'::jsonb and not ${auditLog.details} ? 'erased'`;
    const changed = await db
      .update(auditLog)
      .set({ details: erasedDetails })
      .where(owned(auditLog, this.#clientId, ...about, isThere))
      .returning({ id: auditLog.id });
    return changed.length;
  }

  #visitor(id: string) {
    return owned(visitors, this.#clientId, eq(visitors.id, id));
  }
}
