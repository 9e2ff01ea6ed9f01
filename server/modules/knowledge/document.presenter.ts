import type { DocumentDetailView, DocumentView } from '../../../shared/contracts/knowledge.ts';
import type { KnowledgeDocument } from '../../../shared/schema.ts';

/** A document as members and programs see it in lists and events, without what the owner wrote. */
export function presentDocument(document: KnowledgeDocument): DocumentView {
  return {
    id: document.id,
    kind: document.kind,
    name: document.name,
    url: document.url,
    mediaType: document.mediaType,
    sizeBytes: document.kind === 'file' ? document.sizeBytes : null,
    crawl: document.crawl,
    language: document.language,
    status: document.status,
    statusReason: document.statusReason,
    progress: document.progress,
    version: document.version,
    pageCount: document.pageCount,
    wordCount: document.wordCount,
    chunkCount: document.chunkCount,
    createdAt: document.createdAt.toISOString(),
    updatedAt: document.updatedAt.toISOString(),
    processedAt: document.processedAt?.toISOString() ?? null,
  };
}

/** The same with what the owner wrote. */
export function presentDocumentDetail(document: KnowledgeDocument): DocumentDetailView {
  return {
    ...presentDocument(document),
    text: document.content?.text ?? null,
    pairs: document.content?.pairs ?? null,
  };
}
