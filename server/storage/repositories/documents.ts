import type { Chunk, DocumentPart, KnowledgeDocument } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export type NewDocument = Pick<KnowledgeDocument, 'kind' | 'name'> &
  Partial<
    Pick<KnowledgeDocument, 'url' | 'mediaType' | 'sizeBytes' | 'storageKey' | 'content' | 'crawl' | 'createdBy'>
  >;

/** What an owner may change, and what reading it finds out. Left out: as it is. */
export type DocumentChange = Partial<
  Pick<
    KnowledgeDocument,
    'name' | 'url' | 'mediaType' | 'sizeBytes' | 'content' | 'crawl' | 'status' | 'statusReason' | 'progress'
  >
>;

export type NewPart = Omit<DocumentPart, 'clientId' | 'documentId' | 'version'>;
export interface NewVector {
  /** Of the chunk. */
  number: number;
  values: ArrayLike<number>;
}
export type NewChunk = Pick<Chunk, 'number' | 'partNumber' | 'page' | 'url' | 'titlePath' | 'start' | 'end' | 'text'>;

export interface Staged {
  parts?: NewPart[];
  chunks?: NewChunk[];
  language?: string | null;
}

/** What is known of the version that is published. Left out: `language` and `statusReason` null, `sizeBytes` as it was. */
export type Published = Pick<KnowledgeDocument, 'pageCount' | 'wordCount'> &
  Partial<Pick<KnowledgeDocument, 'language' | 'statusReason' | 'sizeBytes'>>;

/**
 * Documents with their parts and chunks. A version is built beside the one that answers (`stage…`), and takes its place
 * in one step (`publish`).
 */
export interface DocumentsRepository {
  /** `queued`, with version 0 and no counts. */
  create(input: NewDocument): Promise<KnowledgeDocument>;

  /** Undefined when there is none. */
  find(id: string): Promise<KnowledgeDocument | undefined>;

  /** Newest first (`createdAt`, then id, both descending). @throws InvalidCursorError */
  list(page: PageRequest): Promise<Page<KnowledgeDocument>>;

  /** Sets `updatedAt`, unless nothing but `progress` is given. @throws NotFoundError `document` */
  update(id: string, change: DocumentChange): Promise<KnowledgeDocument>;

  /**
   * Removes it with its parts, chunks, job, and what passages are found by, in one step: no answer uses it afterwards.
   * Answers what was removed. @throws NotFoundError `document`
   */
  remove(id: string): Promise<KnowledgeDocument>;

  /**
   * Begins a version, from nothing: what attempts before left is gone, and whoever still builds one finds it gone. Answers
   * its number, which no version before had. @throws NotFoundError `document`
   */
  beginVersion(id: string): Promise<number>;

  /**
   * Adds to a version that does not answer, all of it or nothing. Numbers differ from those staged before. With the
   * `language` that the version will be published with (null: not known), chunks are made findable now, beside those that
   * are found; without, `publish` does it. The event loop is not held up by many of them.
   * @throws NotFoundError `document`, also when the version is not the one begun last, or answers already
   * @throws ConflictError `id_taken` when a number has been staged before
   */
  stage(id: string, version: number, content: Staged): Promise<void>;

  /**
   * Says what chunks of a version mean that is being built, by their numbers; those of no staged chunk are passed over,
   * and what was said before of a chunk is replaced. `values` are of length 1 and kept with six digits each.
   * @throws NotFoundError `document`, also when the version is not the one begun last, or answers already
   */
  stageVectors(id: string, version: number, model: string, vectors: readonly NewVector[]): Promise<void>;

  /**
   * Lets a staged version answer in place of the one before, which goes, in one step with what passages are found by.
   * The document becomes `ready`, with `chunkCount` and `processedAt`. What the owner had put right or hidden in the
   * version before stays so where the new one has a chunk of the same original text; where several had it, as it was
   * done to the first of them.
   * @throws NotFoundError `document`, also when the version is not the one begun last, or answers already
   */
  publish(id: string, version: number, published: Published): Promise<KnowledgeDocument>;

  /** A part of the version that answers. Undefined when there is none. */
  findPart(id: string, number: number): Promise<DocumentPart | undefined>;

  /** Parts of the version that answers, without their text, by number ascending from beyond `after`. */
  listParts(id: string, range: { after?: number | undefined; limit: number }): Promise<Omit<DocumentPart, 'text'>[]>;
}
