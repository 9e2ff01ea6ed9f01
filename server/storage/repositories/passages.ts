import type { Chunk } from '../../../shared/schema.ts';

export interface PassageQuery {
  /** As the visitor wrote it. */
  text: string;
  /** BCP 47 tag of the question's language, where it is known better than from its words. */
  language?: string | undefined;
  /** Only passages of these documents; left out: of all. Unknown ones find nothing. */
  documentIds?: readonly string[] | undefined;
  /** What the question means; left out: only its words are looked for. */
  vector?: QuestionVector | undefined;
  /** 1 to 100. */
  limit: number;
}

/** A question as a model for embeddings put it into numbers. */
export interface QuestionVector {
  /** Only vectors of the same model, and as many numbers, are compared. */
  model: string;
  /** Of length 1. */
  values: readonly number[];
  /** The cosine, from -1 to 1, from which a passage counts as near. */
  floor: number;
}

/** Why a passage was found: what a person can be shown. */
export interface PassageMatch {
  /** The question's word as it was looked up. */
  term: string;
  /** Its share of the score. */
  weight: number;
  /** Found in the title path, in the text, or both. */
  where: 'title' | 'text' | 'both';
}

export interface PassageHit {
  chunk: Chunk;
  documentName: string;
  /** Comparable within one answer only. */
  score: number;
  matches: PassageMatch[];
  /** The cosine of what it and the question mean, where that is what it was found by, or also. */
  nearness?: number;
}

export interface PassageResults {
  /** Best first; equal scores by chunk id. */
  hits: PassageHit[];
  /** How sure it is that the passages hold an answer, from 0 to 1; see `docs/retrieval.md`. */
  confidence: number;
  /** The words looked up, after spelling help. */
  terms: string[];
  /**
   * Why it was searched by words only although there is a model for meanings: it gave no vector, or the client has more
   * vectors than can be compared.
   */
  wordsOnly?: 'failed' | 'tooMany';
}

/**
 * Finds passages that answer a question, among the chunks that answer and are not hidden. Both storages rank alike. With
 * a vector they are found by their words and by what they mean, and both lists are fused; a client with very many
 * vectors, on a Postgres without pgvector, is searched by words alone.
 */
export interface PassagesRepository {
  search(query: PassageQuery): Promise<PassageResults>;
}
