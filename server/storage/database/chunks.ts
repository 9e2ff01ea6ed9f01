import { asc, eq, exists, getTableColumns, gt, inArray, notExists, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Chunk, chunks, documents, passageVectors } from '../../../shared/schema.ts';
import { keptVector } from '../../retrieval/nearest.ts';
import { NotFoundError } from '../errors.ts';
import type { ChunkRange, ChunksRepository, ChunkVector } from '../repositories/chunks.ts';
import { answeringVersion } from './answering-version.ts';
import type { Db, Handle } from './handle.ts';
import { indexPassages, unindexPassages } from './passage-index.ts';
import { forgetVector } from './passage-vectors.ts';
import { owned } from './scope.ts';

const t = chunks;
const v = passageVectors;

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

  withoutVector(documentId: string, { model, limit }: { model: string; limit: number }): Promise<Chunk[]> {
    return this.#handle.read((db) => {
      const vectors = db
        .select({ chunkId: v.chunkId })
        .from(v)
        .where(owned(v, this.#clientId, eq(v.chunkId, t.id), eq(v.model, model)));
      const answering = eq(t.version, answeringVersion(db, this.#clientId, documentId));
      return db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.documentId, documentId), answering, notExists(vectors)))
        .orderBy(asc(t.number))
        .limit(limit);
    });
  }

  keepVectors(model: string, vectors: readonly ChunkVector[]): Promise<void> {
    const given = new Map(vectors.map((one) => [one.chunkId.toLowerCase(), one]));
    return this.#handle.atomically(async (db) => {
      if (given.size === 0) return;
      const answers = db.select({ id: documents.id }).from(documents).where(this.#answers());
      // Whoever puts a text right meanwhile waits, or has been waited for.
      const held = await db
        .select({ id: t.id, documentId: t.documentId, text: t.text })
        .from(t)
        .where(owned(t, this.#clientId, inArray(t.id, [...given.keys()]), exists(answers)))
        .for('share');
      const rows = held
        .filter(({ id, text }) => given.get(id)!.text === text)
        .map((chunk) => ({
          clientId: this.#clientId,
          chunkId: chunk.id,
          documentId: chunk.documentId,
          model,
          vector: keptVector(given.get(chunk.id)!.values),
        }));
      if (rows.length === 0) return;
      const set = { model, vector: sql`excluded.vector` };
      await db
        .insert(v)
        .values(rows)
        .onConflictDoUpdate({ target: [v.clientId, v.chunkId], set });
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
