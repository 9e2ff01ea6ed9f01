import type { InputOf } from '../../../shared/contracts/endpoint.ts';
import type { updateDocument } from '../../../shared/contracts/knowledge.ts';
import type { DocumentKind } from '../../../shared/knowledge-vocabulary.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { DocumentChange } from '../../storage/repositories/documents.ts';
import { announceReading, queueReading } from './queue-reading.ts';
import { type KnowledgeActor, recordKnowledgeChange } from './record-knowledge-change.ts';

type Wish = InputOf<typeof updateDocument>['body'];

/** Which kinds have what. */
const kindsWith = {
  url: ['page', 'site'],
  crawl: ['site'],
  text: ['text'],
  pairs: ['qa'],
} as const satisfies Partial<Record<keyof Wish, readonly DocumentKind[]>>;

/**
 * Renames a document or changes what the owner wrote; when it reads otherwise then, it is read again.
 * @throws NotFoundError `document`
 * @throws HttpProblem `validation-failed` for what its kind does not have
 */
export async function changeDocument(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  actor: KnowledgeActor,
  { documentId, wish }: { documentId: string; wish: Wish },
): Promise<KnowledgeDocument> {
  const { clientId } = actor.caller;
  const changed = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.documents.find(documentId);
    if (!before) throw new NotFoundError('document');
    refuseOthers(before.kind, wish);
    const change = changeOf(before, wish);
    const fields = Object.keys(wish).filter((field) => wish[field as keyof Wish] !== undefined);
    if (fields.length === 0) return { document: before, isRead: false };
    await recordKnowledgeChange(own, actor, {
      action: 'document.updated',
      targetType: 'document',
      targetId: before.id,
      details: { name: change.name ?? before.name, fields },
    });
    // The name stands above every passage of a text.
    const isRead = fields.some((field) => field !== 'name') || before.kind === 'text';
    const document = isRead
      ? await queueReading(own, before.id, change)
      : await own.documents.update(before.id, change);
    return { document, isRead };
  });
  const { document, isRead } = changed;
  if (isRead) announceReading(bus, clientId, document);
  else bus.publish('document.changed', { clientId, document });
  return document;
}

function refuseOthers(kind: DocumentKind, wish: Wish): void {
  const faults = Object.entries(kindsWith).flatMap(([field, kinds]) => {
    if (wish[field as keyof Wish] === undefined || (kinds as readonly DocumentKind[]).includes(kind)) return [];
    return [{ pointer: `#/${field}`, detail: `A document of the kind ${kind} has none.` }];
  });
  if (faults.length > 0) throw validationProblem(faults);
}

function changeOf(before: KnowledgeDocument, { name, url, crawl, text, pairs }: Wish): DocumentChange {
  const content = { ...before.content, ...(text !== undefined && { text }), ...(pairs !== undefined && { pairs }) };
  return {
    ...(name !== undefined && { name }),
    ...(url !== undefined && { url }),
    ...(crawl !== undefined && { crawl }),
    ...((text !== undefined || pairs !== undefined) && { content }),
  };
}
