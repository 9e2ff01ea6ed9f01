import type { ClientId } from '../../../shared/ids.ts';
import { erasedDetails } from '../../../shared/privacy-vocabulary.ts';
import type { Conversation, Visitor } from '../../../shared/schema.ts';
import { type PrivacyRepository, type PrivacySettings, personalTargets } from '../repositories/privacy.ts';
import { auditLog } from './mem-client-tables.ts';
import type { MemContext } from './mem-context.ts';
import { conversations, visitors } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { clientPrivacy } from './mem-privacy-tables.ts';

export function createPrivacy({ env, read, write }: MemContext, clientId: ClientId): PrivacyRepository {
  const set = (tx: MemTransaction, change: Partial<PrivacySettings>): PrivacySettings => {
    const known = tx.of(clientPrivacy).get(clientId);
    const fresh = { ...change, updatedAt: env.now() };
    const { retentionDays, lastRunAt, lastRun } = known
      ? tx.of(clientPrivacy).update(known, fresh)
      : tx.of(clientPrivacy).insert({ clientId, retentionDays: null, lastRunAt: null, lastRun: null, ...fresh });
    return { retentionDays, lastRunAt, lastRun };
  };

  const threads = (tx: MemTransaction) => tx.of(conversations).scan('client', clientId);

  /** Not seen since then, and with none of these conversations. */
  const idle = (tx: MemTransaction, before: Date, staying: Iterable<Conversation>): Visitor[] => {
    const kept = new Set([...staying].map(({ visitorId }) => visitorId));
    return [...tx.of(visitors).scan('client', clientId)].filter(
      ({ id, lastSeenAt }) => lastSeenAt < before && !kept.has(id),
    );
  };

  return {
    settings: () =>
      read((tx) => {
        const { retentionDays = null, lastRunAt = null, lastRun = null } = tx.of(clientPrivacy).get(clientId) ?? {};
        return { retentionDays, lastRunAt, lastRun };
      }),

    setRetention: (days) => write((tx) => set(tx, { retentionDays: days })),

    noteRun: (erased) => write((tx) => set(tx, { lastRunAt: env.now(), lastRun: erased })),

    countDue: (before) =>
      read((tx) => {
        const all = [...threads(tx)];
        const staying = all.filter((conversation) => !isOld(conversation, before));
        return { conversations: all.length - staying.length, visitors: idle(tx, before, staying).length };
      }),

    holdDue: (before, limit) =>
      write((tx) => {
        const due: string[] = [];
        for (const conversation of threads(tx)) {
          if (due.length >= limit) break;
          if (!isOld(conversation, before)) continue;
          tx.of(conversations).lock(conversation);
          due.push(conversation.id);
        }
        return due;
      }),

    removeIdleVisitors: (before, limit) =>
      write((tx) => {
        const some = idle(tx, before, threads(tx)).slice(0, limit);
        tx.of(visitors).remove(some);
        return some.length;
      }),

    eraseAuditDetails: (before, limit) =>
      write((tx) => {
        const old = [...tx.of(auditLog).scan('client', clientId)].filter(
          ({ createdAt, targetType, details }) =>
            createdAt < before &&
            (personalTargets as readonly string[]).includes(targetType) &&
            Object.keys(details).length > 0 &&
            !('erased' in details),
        );
        const some = old.slice(0, limit);
        for (const entry of some) tx.of(auditLog).update(entry, { details: erasedDetails });
        return some.length;
      }),
  };
}

function isOld({ lastMessageAt, createdAt }: Conversation, before: Date): boolean {
  return (lastMessageAt ?? createdAt) < before;
}
