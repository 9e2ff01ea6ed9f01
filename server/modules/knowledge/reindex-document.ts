import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { announceReading, queueReading } from './queue-reading.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

/** Has a document read again, from the start also when it is being read. @throws NotFoundError `document` */
export async function reindexDocument(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  actor: KnowledgeActor,
  documentId: string,
): Promise<KnowledgeDocument> {
  const { clientId } = actor.caller;
  const document = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const queued = await queueReading(own, documentId);
    await recordKnowledgeChange(own, actor, {
      action: 'document.reindexed',
      targetType: 'document',
      targetId: queued.id,
      details: { name: queued.name },
    });
    return queued;
  });
  announceReading(bus, clientId, document);
  return document;
}
