import type { ClientId } from '../../../shared/ids.ts';
import type { ErasedCounts, ErasedKind } from '../../../shared/privacy-vocabulary.ts';
import type { JobContext } from '../../jobs/job-handler.ts';
import { recordSystemChange } from '../audit/record-change.ts';
import { type EraseDeps, onlySome } from './erase-visitor.ts';
import { queueFileRemoval, removeQueuedFiles } from './file-removal.ts';

const dayMs = 24 * 60 * 60 * 1000;
/** In one transaction: few, so that nobody waits long for a conversation. */
const conversationsAtOnce = 50;
const rowsAtOnce = 500;

/** Before which time something is too old to be kept. */
export function tooOldBefore(now: Date, days: number): Date {
  return new Date(now.getTime() - days * dayMs);
}

interface Run {
  clientId: ClientId;
  retentionDays: number;
  /** Each write happens in one, in which the work is still this process's. */
  hold: JobContext['hold'];
  signal: AbortSignal;
}

/**
 * Erases what has been left alone for too long, in small transactions: conversations with all that hangs on them, then
 * visitors who have none left, then what audit entries tell of persons. Begun anew after a crash it goes on where it was.
 */
export async function retainConversations(deps: EraseDeps, run: Run): Promise<ErasedCounts> {
  const before = tooOldBefore(deps.now(), run.retentionDays);
  const total: ErasedCounts = {};
  const add = (kind: ErasedKind, count: number) => {
    total[kind] = (total[kind] ?? 0) + count;
  };
  const untilFewer = async (atOnce: number, erase: () => Promise<number>) => {
    while ((await erase()) === atOnce) run.signal.throwIfAborted();
  };

  await untilFewer(conversationsAtOnce, async () => {
    const { counts, ids } = await eraseDue(deps, run, before);
    for (const [kind, count] of Object.entries(counts)) add(kind as ErasedKind, count);
    return ids.length;
  });
  await untilFewer(rowsAtOnce, async () => {
    const removed = await run.hold((scope) => {
      const own = scope.forClient(run.clientId);
      return own.privacy.removeIdleVisitors(before, rowsAtOnce);
    });
    add('visitors', removed);
    return removed;
  });
  await untilFewer(rowsAtOnce, async () => {
    const changed = await run.hold((scope) => {
      const own = scope.forClient(run.clientId);
      return own.privacy.eraseAuditDetails(before, rowsAtOnce);
    });
    add('auditEntries', changed);
    return changed;
  });
  return onlySome(total);
}

async function eraseDue(
  deps: EraseDeps,
  { clientId, hold }: Run,
  before: Date,
): Promise<{ counts: ErasedCounts; ids: string[] }> {
  const { counts, ids, removal } = await hold(async (scope) => {
    const own = scope.forClient(clientId);
    const ids = await own.privacy.holdDue(before, conversationsAtOnce);
    const { counts: removed, storageKeys } = await own.erasures.removeConversations(ids);
    const counts = { ...removed, webhookDeliveries: await own.outgoingWebhooks.eraseOfConversations(ids) };
    const removal = await queueFileRemoval(own, deps, storageKeys);
    // The receipt of a batch is written with it: what a crash interrupts has its receipt as far as it came.
    if (ids.length > 0) {
      await own.erasures.create({ actorKind: 'system', counts: onlySome(counts), subjectHash: null });
    }
    return { counts, ids, removal };
  });
  for (const conversationId of ids) deps.bus.publish('conversation.removed', { clientId, conversationId });
  await removeQueuedFiles(deps, deps.storage.forClient(clientId), removal);
  return { counts, ids };
}

/** The audit entry of a run: what went, and by which rule. Call it with the storage of the transaction that ends the run. */
export async function recordRun(
  own: Parameters<typeof recordSystemChange>[0],
  erased: ErasedCounts,
  days: number,
): Promise<void> {
  if (Object.keys(erased).length === 0) return;
  const details = { ...erased, retentionDays: days };
  await recordSystemChange(own, {
    action: 'client.retentionRun',
    targetType: 'client',
    targetId: own.clientId,
    details,
  });
}
