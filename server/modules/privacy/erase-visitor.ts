import type { ClientId } from '../../../shared/ids.ts';
import type { ErasedCounts, ErasureActor } from '../../../shared/privacy-vocabulary.ts';
import type { Erasure, KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { announceReading } from '../knowledge/queue-reading.ts';
import { eraseApproved } from './erase-approved.ts';
import { queueFileRemoval, removeQueuedFiles } from './file-removal.ts';
import { subjectHash, subjectKeptMs } from './subject-hash.ts';

/** Who has it erased, as the guard has established. */
export interface Eraser {
  kind: Exclude<ErasureActor, 'system'>;
  /** Of a user, else null. */
  userId: string | null;
  name: string;
  requestId: string;
}

export type EraseDeps = Pick<Deps, 'storage' | 'files' | 'bus' | 'log' | 'now' | 'newId'>;

interface Wish {
  clientId: ClientId;
  visitorId: string;
  by: Eraser;
  /** Of the visitor who asks themselves: their first message may be on its way. */
  widgetId?: string;
}

/**
 * Erases a visitor with all that was said, sent and made of it, in one transaction with its receipt; the bytes of files go
 * right after, or by a job. What is under way for them while it happens is refused, and begins no new conversation.
 * @throws NotFoundError `visitor` when nothing is kept of them, also because they were erased before
 */
export async function eraseVisitor(deps: EraseDeps, { clientId, visitorId, by, widgetId }: Wish): Promise<Erasure> {
  const { storage, bus, now } = deps;
  const done = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    // With a row to hold, a first message that is on its way waits, and finds that its visitor was erased.
    const isKnown = (await own.visitors.find(visitorId)) !== undefined;
    if (widgetId !== undefined) await own.visitors.see({ id: visitorId, widgetId });
    const visitor = await own.erasures.holdVisitor(visitorId);
    if (!visitor) throw new NotFoundError('visitor');
    const ids = await own.erasures.conversationsOf(visitor.id);
    if (!isKnown && ids.length === 0) throw new NotFoundError('visitor');
    const approvals = await own.erasures.approvalsFrom(ids);
    const { counts, storageKeys } = await own.erasures.removeConversations(ids);
    const webhookDeliveries = await own.outgoingWebhooks.eraseOfConversations(ids);
    const approved = await eraseApproved(own, approvals, visitor);
    await own.erasures.removeVisitor(visitor.id);
    const removal = await queueFileRemoval(own, deps, storageKeys);
    await own.erasures.forgetSubjects(new Date(now().getTime() - subjectKeptMs));
    const { answers: approvedAnswers, quotations } = approved;
    const erased = { ...counts, visitors: 1, webhookDeliveries, approvedAnswers, quotations };
    const erasure = await own.erasures.create({
      actorKind: by.kind,
      counts: onlySome(erased),
      subjectHash: subjectHash(visitor.id),
    });
    await recordErasure(own, erasure, by);
    return { erasure, ids, visitorId: visitor.id, removal, approved };
  });
  for (const conversationId of done.ids) bus.publish('conversation.removed', { clientId, conversationId });
  bus.publish('visitor.erased', { clientId, visitorId: done.visitorId });
  announceApproved(deps, clientId, done.approved);
  await removeQueuedFiles(deps, storage.forClient(clientId), done.removal);
  return done.erasure;
}

/** Without what there was none of. */
export function onlySome(counts: ErasedCounts): ErasedCounts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** The row names who did it, and the receipt; never whose data it was. */
async function recordErasure(own: ClientStorage, { id, counts }: Erasure, by: Eraser): Promise<void> {
  await own.audit.append({
    actorKind: by.kind,
    actorId: by.userId,
    actorName: by.name,
    action: 'visitor.erased',
    targetType: 'erasure',
    targetId: id,
    details: { ...counts },
    requestId: by.requestId,
  });
}

function announceApproved(
  { bus }: Pick<Deps, 'bus'>,
  clientId: ClientId,
  { changed, removed }: { changed: KnowledgeDocument[]; removed: string[] },
): void {
  for (const document of changed) announceReading(bus, clientId, document);
  for (const documentId of removed) {
    bus.publish('document.removed', { clientId, documentId });
    bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: documentId });
  }
}
