import { asc, eq, getTableColumns, gt, type SQL } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Chunk, chunks, documents } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import type { ChunkRange, ChunksRepository } from '../repositories/chunks.ts';
import { answeringVersion } from './answering-version.ts';
import type { Db, Handle } from './handle.ts';
import { indexPassages, unindexPassages } from './passage-index.ts';
import { forgetVector } from './passage-vectors.ts';
import { owned } from './scope.ts';

const t = chunks;

export class DatabaseChunks implements ChunksRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  find(id: string): Promise<Chunk | undefined> {
    return this.#handle.read((db) => this.#find(db, id));
  }

  list(documentId: string, { partNumber, after = 0, limit }: ChunkRange): Promise<Chunk[]> {
    const ofPart = partNumber === undefined ? undefined : eq(t.partNumber, partNumber);
    return this.#handle.read((db) =>
      db
        .select()
        .from(t)
        .where(
          owned(
            t,
            this.#clientId,
            eq(t.documentId, documentId),
            eq(t.version, answeringVersion(db, this.#clientId, documentId)),
            gt(t.number, after),
            ofPart,
          ),
        )
        .orderBy(asc(t.number))
        .limit(limit),
    );
  }

  update(id: string, { text, hidden }: { text?: string | null; hidden?: boolean }): Promise<Chunk> {
    return this.#handle.atomically(async (db) => {
      const { documentId } = await this.#wanted(db, id);
      // Who publishes another version holds the document, too: what is changed here is either taken over or not found.
      const document = owned(documents, this.#clientId, eq(documents.id, documentId));
      const [held] = await db.select({ language: documents.language }).from(documents).where(document).for('update');
      const chunk = await this.#wanted(db, id);
      const original = chunk.originalText ?? chunk.text;
      const wanted = text === undefined ? chunk.text : (text ?? original);
      const edited = wanted !== original;
      const values = { text: wanted, originalText: edited ? original : null, edited, hidden };
      const [changed] = await db.update(t).set(values).where(this.#row(id)).returning();
      if (wanted !== chunk.text) await forgetVector(db, this.#clientId, chunk.id);
      await unindexPassages(db, this.#clientId, { chunkIds: [chunk.id] });
      if (!changed!.hidden) await indexPassages(db, this.#clientId, [changed!], held!.language);
      return changed!;
    });
  }

  async #find(db: Db, id: string): Promise<Chunk | undefined> {
    const [chunk] = await db
      .select(getTableColumns(t))
      .from(t)
      .innerJoin(documents, this.#answers())
      .where(this.#row(id));
    return chunk;
  }

  async #wanted(db: Db, id: string): Promise<Chunk> {
    const chunk = await this.#find(db, id);
    if (chunk === undefined) throw new NotFoundError('chunk');
    return chunk;
  }

  #row(id: string): SQL {
    return owned(t, this.#clientId, eq(t.id, id));
  }

  /** Joins a chunk to the document of which it is in the version that answers. */
  #answers(): SQL {
    return owned(documents, this.#clientId, eq(documents.id, t.documentId), eq(documents.version, t.version));
  }
}
