import { limits } from '../../../shared/limits.ts';
import type { KnowledgeDocument, Widget } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { Bus } from '../../events/bus.ts';
import { validationProblem } from '../../http/problem.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { type Actor, recordChange } from '../audit/record-change.ts';
import { nameOfAddress } from '../knowledge/create-document.ts';
import { announceReading, queueNewDocument } from '../knowledge/queue-reading.ts';

/** What became of the documents that widgets name by address. */
export interface SourceChange {
  added?: KnowledgeDocument;
  removedId?: string;
}

/**
 * Sees to it that the page or site a widget's settings name is among the client's documents, to be read at once, and that
 * the one named before is not, unless another widget names it. An address without a path is read as a site. Call it with
 * the storage of the transaction that changes the settings, and `announceSource` after the commit.
 * @throws HttpProblem `validation-failed` for what is no address
 */
export async function followSource(
  own: ClientStorage,
  { widget, by, reading }: { widget: Widget; by: Actor; reading: Deps['config']['reading'] },
): Promise<{ widget: Widget; source: SourceChange }> {
  const { sourceUrl: url, sourceDocumentId: knownId } = widget.retrieval;
  const known = knownId === undefined ? undefined : await own.documents.find(knownId);
  if (known ? known.url === url : url === '' && knownId === undefined) return { widget, source: {} };
  if (url !== '' && !URL.canParse(url)) {
    throw validationProblem([{ pointer: '#/retrieval/sourceUrl', detail: 'Must be an address.' }]);
  }
  const others = (await allWidgets(own)).filter(({ id }) => id !== widget.id).map(({ retrieval }) => retrieval);
  const isShared = others.some(({ sourceDocumentId }) => sourceDocumentId === known?.id);
  const source: SourceChange = {};
  if (known && !isShared) {
    await own.documents.remove(known.id);
    await record(own, by, 'deleted', known);
    source.removedId = known.id;
  }
  let sourceDocumentId = url === '' ? undefined : others.find(({ sourceUrl }) => sourceUrl === url)?.sourceDocumentId;
  if (url !== '' && (sourceDocumentId === undefined || !(await own.documents.find(sourceDocumentId)))) {
    const named = { name: nameOfAddress(url), url, createdBy: by.user.id };
    const crawl = { pagesMax: reading.sitePagesMax, depthMax: limits.siteDepthMax };
    const isSite = new URL(url).pathname === '/';
    source.added = await queueNewDocument(own, isSite ? { ...named, kind: 'site', crawl } : { ...named, kind: 'page' });
    await record(own, by, 'created', source.added);
    sourceDocumentId = source.added.id;
  }
  const { sourceDocumentId: _, ...retrieval } = widget.retrieval;
  const after = await own.widgets.update(widget.id, {
    retrieval: { ...retrieval, ...(sourceDocumentId !== undefined && { sourceDocumentId }) },
  });
  return { widget: after, source };
}

/** Tells of what `followSource` changed. */
export function announceSource(bus: Bus, { clientId }: Pick<Widget, 'clientId'>, source: SourceChange): void {
  const { added, removedId } = source;
  if (removedId !== undefined) {
    bus.publish('document.removed', { clientId, documentId: removedId });
    bus.publish('job.changed', { clientId, kind: 'ingest', subjectId: removedId });
  }
  if (added) announceReading(bus, clientId, added);
}

async function allWidgets(own: ClientStorage): Promise<Widget[]> {
  return [...(await own.widgets.list()), ...(await own.widgets.list({ archived: true }))];
}

function record(own: ClientStorage, by: Actor, verb: 'created' | 'deleted', { id, kind, name }: KnowledgeDocument) {
  return recordChange(own, by, {
    action: `document.${verb}`,
    targetType: 'document',
    targetId: id,
    details: { kind, name },
  });
}
