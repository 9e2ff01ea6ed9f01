import type { Deps } from '../../deps.ts';
import { removeFiles } from '../attachments/remove-files.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

/** Removes a document from answers, then the bytes of its file. @throws NotFoundError `document` */
export async function removeDocument(
  deps: Pick<Deps, 'storage' | 'bus' | 'files' | 'log'>,
  actor: KnowledgeActor,
  documentId: string,
): Promise<void> {
  const { clientId } = actor.caller;
  const removed = await deps.storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const document = await own.documents.remove(documentId);
    const { id: targetId, kind, name } = document;
    await recordKnowledgeChange(own, actor, {
      action: 'document.deleted',
      targetType: 'document',
      targetId,
      details: { kind, name },
    });
    return document;
  });
  deps.bus.publish('document.removed', { clientId, documentId: removed.id });
  deps.bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: removed.id });
  if (removed.storageKey !== null) await removeFiles(deps, [removed.storageKey]);
}
