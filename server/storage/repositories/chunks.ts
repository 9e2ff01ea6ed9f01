import type { Chunk } from '../../../shared/schema.ts';

export interface ChunkRange {
  partNumber?: number | undefined;
  after?: number | undefined;
  /** 1 to 100. */
  limit: number;
}

export interface ChunkVector {
  chunkId: string;
  text: string;
  values: ArrayLike<number>;
}

/** The passages of the versions that answer. Others are not found. */
export interface ChunksRepository {
  /** Undefined when there is none. */
  find(id: string): Promise<Chunk | undefined>;

  /**
   * Of a document, or of one of its parts, by number ascending from beyond `after`; at most `limit` (1 to 100). Empty for
   * an unknown document or part.
   */
  list(documentId: string, range: ChunkRange): Promise<Chunk[]>;

  /**
   * Puts its text right (`edited`; null: back to what its part says) or hides it, in one step with what passages are
   * found by. @throws NotFoundError `chunk`
   */
  update(id: string, change: { text?: string | null; hidden?: boolean }): Promise<Chunk>;

  /** Those of a document that no vector of this model says the meaning of, by number; at most `limit` (1 to 100). */
  withoutVector(documentId: string, of: { model: string; limit: number }): Promise<Chunk[]>;

  /**
   * Says what chunks mean, in place of what was said before; those are passed over that do not answer any more, or whose
   * text is not the one it was made of. `values` are of length 1 and kept with six digits each. At most 100.
   */
  keepVectors(model: string, vectors: readonly ChunkVector[]): Promise<void>;
}
