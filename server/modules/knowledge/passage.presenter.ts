import type { ChunkView, PartSummaryView, PartView, PassageResultsView } from '../../../shared/contracts/knowledge.ts';
import type { Chunk, DocumentPart, KnowledgeDocument } from '../../../shared/schema.ts';
import type { PassageResults } from '../../storage/repositories/passages.ts';
import { wordsOnlyText } from './search-passages.ts';

export function presentChunk(chunk: Chunk): ChunkView {
  return {
    id: chunk.id,
    documentId: chunk.documentId,
    number: chunk.number,
    partNumber: chunk.partNumber,
    page: chunk.page,
    url: chunk.url,
    titlePath: chunk.titlePath,
    start: chunk.start,
    end: chunk.end,
    text: chunk.text,
    edited: chunk.edited,
    hidden: chunk.hidden,
  };
}

export function presentPartSummary(part: Omit<DocumentPart, 'text'>): PartSummaryView {
  return { number: part.number, title: part.title, page: part.page, url: part.url };
}

/** A part with where its passages stand in it. */
export function presentPart(document: KnowledgeDocument, part: DocumentPart, chunks: Chunk[]): PartView {
  return {
    ...presentPartSummary(part),
    documentId: document.id,
    documentName: document.name,
    text: part.text,
    chunks: chunks.map(({ id, number, start, end, edited, hidden }) => ({ id, number, start, end, edited, hidden })),
  };
}

export function presentPassageResults(results: PassageResults): PassageResultsView {
  const { hits, confidence, terms } = results;
  const note = wordsOnlyText(results);
  return {
    hits: hits.map(({ chunk, documentName, score, matches, nearness }) => ({
      chunk: presentChunk(chunk),
      documentName,
      score,
      matches: matches.map(({ term, weight, where }) => ({ term, weight, where })),
      ...(nearness !== undefined && { nearness }),
    })),
    confidence,
    terms,
    ...(note !== undefined && { note }),
  };
}
