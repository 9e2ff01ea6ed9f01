import type { Deps } from '../../deps.ts';
import { queueFileRemoval, removeQueuedFiles } from '../privacy/file-removal.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

/** Removes a document from answers; the bytes of its file go right after, or by a job. @throws NotFoundError `document` */
export async function removeDocument(
  deps: Pick<Deps, 'storage' | 'bus' | 'files' | 'log' | 'newId' | 'now'>,
  actor: KnowledgeActor,
  documentId: string,
): Promise<void> {
  const { clientId } = actor.caller;
  const { removed, removal } = await deps.storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const document = await own.documents.remove(documentId);
    const { id: targetId, kind, name } = document;
    await recordKnowledgeChange(own, actor, {
      action: 'document.deleted',
      targetType: 'document',
      targetId,
      details: { kind, name },
    });
    const removal = await queueFileRemoval(own, deps, document.storageKey === null ? [] : [document.storageKey]);
    return { removed: document, removal };
  });
  deps.bus.publish('document.removed', { clientId, documentId: removed.id });
  deps.bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: removed.id });
  await removeQueuedFiles(deps, deps.storage.forClient(clientId), removal);
}
