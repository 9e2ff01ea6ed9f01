import type { ClientId } from '../../../shared/ids.ts';
import { type ErasedCounts, erasedDetails } from '../../../shared/privacy-vocabulary.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { ConflictError } from '../errors.ts';
import { withoutCited, withoutQuotations, withoutTold } from '../quotations.ts';
import type { ErasuresRepository } from '../repositories/erasures.ts';
import { answerReceipts, jobKey, jobs, webhookCalls } from './mem-answer-tables.ts';
import { auditLog } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import {
  attachments,
  conversationSearch,
  conversations,
  handoffs,
  messages,
  notes,
  ratings,
  visitors,
} from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { takePage } from './mem-page.ts';
import { approvalKey, approvedAnswers, erasures } from './mem-privacy-tables.ts';
import { compareText, idOf, ownedKey } from './mem-values.ts';
import { webhookDeliveries } from './mem-webhook-tables.ts';

export function createErasures({ env, read, write }: MemContext, clientId: ClientId): ErasuresRepository {
  const threadsOf = (tx: MemTransaction, visitorId: string) =>
    [...tx.of(conversations).scan('client', clientId)].filter((one) => one.visitorId === idOf(visitorId));

  const eraseDetails = (tx: MemTransaction, type: 'conversation' | 'visitor', ids: readonly string[]): number => {
    const wanted = new Set(ids);
    const about = [...tx.of(auditLog).scan('client', clientId)].filter(
      ({ targetType, targetId, details }) =>
        targetType === type && wanted.has(targetId) && Object.keys(details).length > 0 && !('erased' in details),
    );
    for (const entry of about) tx.of(auditLog).update(entry, { details: erasedDetails });
    return about.length;
  };

  return {
    holdVisitor: (id) =>
      write((tx) => {
        const visitor = tx.of(visitors).get(ownedKey(clientId, id));
        if (visitor) tx.of(visitors).lock(visitor);
        return visitor;
      }),

    conversationsOf: (visitorId) =>
      read((tx) =>
        threadsOf(tx, visitorId)
          .map(({ id }) => id)
          .sort(compareText),
      ),

    removeConversations: (ids) =>
      write((tx) => {
        const there = [...new Set(ids.map((id) => ownedKey(clientId, id)))].flatMap(
          (key) => tx.of(conversations).get(key) ?? [],
        );
        if (ids.length === 0) return { counts: {}, storageKeys: [] };
        const keys = there.map(({ id }) => ownedKey(clientId, id));
        const all = <Row>(scan: (key: string) => Iterable<Row>): Row[] => keys.flatMap((key) => [...scan(key)]);
        const files = all((key) => tx.of(attachments).scan('conversation', key));
        const counts: ErasedCounts = {
          attachments: files.length,
          notes: all((key) => tx.of(notes).scan('conversation', key)).length,
          ratings: all((key) => tx.of(ratings).scan('conversation', key)).length,
          handoffs: all((key) => tx.of(handoffs).scan('conversation', key)).length,
          answers: all((key) => tx.of(answerReceipts).scan('conversation', key)).length,
          webhookCalls: all((key) => tx.of(webhookCalls).scan('conversation', key)).length,
          searchEntries: all((key) => tx.of(conversationSearch).scan('conversation', key)).length,
          messages: there.reduce((sum, { messageCount }) => sum + messageCount, 0),
          conversations: there.length,
        };
        const waiting = all((key) => tx.of(messages).scan('conversation', key)).flatMap(
          ({ id }) => tx.of(jobs).get(jobKey({ clientId, kind: 'answer', subjectId: id })) ?? [],
        );
        tx.of(jobs).remove(waiting);
        tx.of(conversations).remove(there);
        counts.auditEntries = eraseDetails(tx, 'conversation', ids.map(idOf));
        return { counts, storageKeys: files.sort((a, b) => compareText(a.id, b.id)).map((file) => file.storageKey) };
      }),

    removeVisitor: (id) =>
      write((tx) => {
        if (threadsOf(tx, id).length > 0) throw new ConflictError('in_use');
        const visitor = tx.of(visitors).get(ownedKey(clientId, id));
        if (!visitor) return false;
        tx.of(visitors).remove([visitor]);
        eraseDetails(tx, 'visitor', [visitor.id]);
        return true;
      }),

    noteApproval: ({ documentId, questionMessageId, conversationId }) =>
      write((tx) => {
        const row = {
          clientId,
          documentId: idOf(documentId),
          questionMessageId: idOf(questionMessageId),
          conversationId: idOf(conversationId),
        };
        if (!tx.of(approvedAnswers).get(approvalKey(row))) tx.of(approvedAnswers).insert(row);
      }),

    approvalsFrom: (conversationIds) =>
      read((tx) =>
        [...new Set(conversationIds.map((id) => ownedKey(clientId, id)))]
          .flatMap((key) => [...tx.of(approvedAnswers).scan('conversation', key)])
          .sort((a, b) => compareText(approvalKey(a), approvalKey(b)))
          .flatMap(({ documentId, questionMessageId }) => {
            const question = tx.of(messages).get(ownedKey(clientId, questionMessageId));
            return question ? [{ documentId, said: question.content }] : [];
          }),
      ),

    eraseQuotations: (documentId, texts) =>
      write((tx) => {
        let changed = 0;
        for (const receipt of [...tx.of(answerReceipts).scan('client', clientId)]) {
          const left = withoutQuotations(receipt.passages, idOf(documentId), texts);
          if (!left) continue;
          changed += 1;
          tx.of(answerReceipts).update(receipt, { passages: left.passages });
          const { answerMessageId, conversationId } = receipt;
          if (answerMessageId === null) continue;
          const answer = tx.of(messages).get(ownedKey(clientId, answerMessageId));
          if (answer) tx.of(messages).update(answer, { metadata: withoutCited(answer.metadata, left.numbers) });
          for (const told of [...tx.of(webhookDeliveries).scan('conversation', ownedKey(clientId, conversationId))]) {
            const payload = withoutTold(told.payload, answerMessageId, left.numbers);
            if (payload) tx.of(webhookDeliveries).update(told, { payload, response: null });
          }
        }
        return changed;
      }),

    create: ({ actorKind, counts, subjectHash }) =>
      write((tx) =>
        tx.of(erasures).insert({ clientId, id: env.newId(), actorKind, counts, subjectHash, createdAt: env.now() }),
      ),

    list: ({ limit, cursor }) =>
      read((tx) => {
        const beyond = cursor === undefined ? undefined : { id: decodeIdCursor(cursor) };
        const rows = tx.of(erasures).scan('client', clientId, { descending: true, beyond });
        return takePage(rows, limit, ({ id }) => encodeIdCursor(id));
      }),

    erasedAt: (subjectHash) =>
      read((tx) => {
        const all = [...tx.of(erasures).scan('subject', ownedKey(clientId, subjectHash))];
        return all.map(({ createdAt }) => createdAt).sort((a, b) => b.getTime() - a.getTime())[0];
      }),

    forgetSubjects: (before) =>
      write((tx) => {
        const old = [...tx.of(erasures).scan('client', clientId)].filter(
          ({ subjectHash, createdAt }) => subjectHash !== null && createdAt < before,
        );
        for (const erasure of old) tx.of(erasures).update(erasure, { subjectHash: null });
        return old.length;
      }),
  };
}
