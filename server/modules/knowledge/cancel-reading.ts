import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { NotFoundError } from '../../storage/errors.ts';
import { announceReading } from './queue-reading.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

/**
 * Stops reading a document: one that answers is `ready` again as it was, another one `failed`. One that is not being read
 * stays as it is. @throws NotFoundError `document`
 */
export async function cancelReading(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  actor: KnowledgeActor,
  documentId: string,
): Promise<KnowledgeDocument> {
  const { clientId } = actor.caller;
  const cancelled = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.documents.find(documentId);
    if (!before) throw new NotFoundError('document');
    if (!(await own.jobs.cancel('ingest', before.id))) return { document: before, isChanged: false };
    // What was built so far goes.
    await own.documents.beginVersion(before.id);
    const document = await own.documents.update(before.id, {
      progress: 0,
      ...(before.version > 0
        ? { status: 'ready', statusReason: 'Reading it again was cancelled. What was read before goes on answering.' }
        : { status: 'failed', statusReason: 'Reading it was cancelled.' }),
    });
    await recordKnowledgeChange(own, actor, {
      action: 'document.cancelled',
      targetType: 'document',
      targetId: before.id,
      details: { name: before.name },
    });
    return { document, isChanged: true };
  });
  if (cancelled.isChanged) announceReading(bus, clientId, cancelled.document);
  return cancelled.document;
}
