import type { ClientId } from '../../../shared/ids.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Bus } from '../../events/bus.ts';
import type { DocumentChange, NewDocument } from '../../storage/repositories/documents.ts';
import type { ClientStorage } from '../../storage/storage.ts';

/**
 * Makes a document that is read as soon as a process takes the job. Call it with the storage of a transaction, and
 * `announceReading` after the commit. @throws NotFoundError `client`
 */
export async function queueNewDocument(own: ClientStorage, input: NewDocument): Promise<KnowledgeDocument> {
  const document = await own.documents.create(input);
  await own.jobs.enqueue({ kind: 'ingest', subjectId: document.id });
  return document;
}

/**
 * Has a document read again from the start, with a change of it if one is given; what it has goes on answering until
 * then. Call it with the storage of a transaction, and `announceReading` after the commit.
 * @throws NotFoundError `document`
 */
export async function queueReading(
  own: ClientStorage,
  id: string,
  change: DocumentChange = {},
): Promise<KnowledgeDocument> {
  const document = await own.documents.update(id, { ...change, status: 'queued', statusReason: null, progress: 0 });
  await own.jobs.enqueue({ kind: 'ingest', subjectId: id });
  return document;
}

/** Tells agents of the document, and the processes that work on jobs of the change in the queue. */
export function announceReading(bus: Bus, clientId: ClientId, document: KnowledgeDocument): void {
  bus.publish('document.changed', { clientId, document });
  bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: document.id });
}
