import { and, asc, desc, eq, getTableColumns, gt, ne, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import {
  chunks,
  type DocumentPart,
  documentParts,
  documents,
  jobs,
  type KnowledgeDocument,
} from '../../../shared/schema.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type {
  DocumentChange,
  DocumentsRepository,
  NewDocument,
  NewVector,
  Published,
  Staged,
} from '../repositories/documents.ts';
import type { Page, PageRequest } from '../storage.ts';
import { answeringVersion } from './answering-version.ts';
import type { Db, Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { stagePassages, swapPassages, unindexPassages, unstagePassages } from './passage-index.ts';
import { forgetCorrected, keepVectors } from './passage-vectors.ts';
import { owned } from './scope.ts';

const t = documents;

/** Rows of one INSERT: each has some 15 parameters, of which a statement takes 65,535. */
const ROWS_MAX = 2_000;

export class DatabaseDocuments implements DocumentsRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  async create(input: NewDocument): Promise<KnowledgeDocument> {
    const now = this.#handle.env.now();
    const row = {
      clientId: this.#clientId,
      id: this.#handle.env.newId(),
      kind: input.kind,
      name: input.name,
      url: input.url ?? null,
      mediaType: input.mediaType ?? null,
      sizeBytes: input.sizeBytes ?? null,
      storageKey: input.storageKey ?? null,
      content: input.content ?? null,
      crawl: input.crawl ?? null,
      language: null,
      status: 'queued' as const,
      statusReason: null,
      progress: 0,
      version: 0,
      begunVersion: 0,
      pageCount: 0,
      wordCount: 0,
      chunkCount: 0,
      createdBy: input.createdBy ?? null,
      createdAt: now,
      updatedAt: now,
      processedAt: null,
    };
    const [document] = await this.#handle.write((db) => db.insert(t).values(row).returning());
    return document!;
  }

  async find(id: string): Promise<KnowledgeDocument | undefined> {
    const [document] = await this.#handle.read((db) => db.select().from(t).where(this.#row(id)));
    return document;
  }

  list(page: PageRequest): Promise<Page<KnowledgeDocument>> {
    return this.#handle.read(async (db) => {
      const position = page.cursor === undefined ? undefined : decodeInstantCursor(page.cursor);
      const beyond = position && sql`(${t.createdAt}, ${t.id}) < (${position.at}::timestamptz, ${position.id}::uuid)`;
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, beyond))
        // Spelled as the index is: "desc" alone puts nulls first, and Postgres would sort.
        .orderBy(sql`${desc(t.createdAt)} nulls last`, sql`${desc(t.id)} nulls last`)
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
    });
  }

  update(id: string, change: DocumentChange): Promise<KnowledgeDocument> {
    const { name, url, mediaType, sizeBytes, content, crawl, status, statusReason, progress } = change;
    const fields = { name, url, mediaType, sizeBytes, content, crawl, status, statusReason };
    const isSeen = Object.values(fields).some((value) => value !== undefined);
    const updatedAt = isSeen ? this.#handle.env.now() : undefined;
    if (!isSeen && progress === undefined) return this.#handle.read((db) => this.#wanted(db, id));
    return this.#handle.write((db) => this.#change(db, id, { ...fields, progress, updatedAt }));
  }

  remove(id: string): Promise<KnowledgeDocument> {
    return this.#handle.atomically(async (db) => {
      // The job first: who works on it and publishes in one transaction holds it first, too.
      await db.delete(jobs).where(owned(jobs, this.#clientId, eq(jobs.kind, 'ingest'), eq(jobs.subjectId, id)));
      const { id: documentId, version } = await this.#lock(db, id);
      await unstagePassages(db, this.#clientId, { documentId, version });
      await unindexPassages(db, this.#clientId, { documentId, version });
      const [document] = await db.delete(t).where(this.#row(id)).returning();
      return document!;
    });
  }

  beginVersion(id: string): Promise<number> {
    return this.#handle.atomically(async (db) => {
      const begun = await this.#change(db, id, { begunVersion: sql`${t.begunVersion} + 1` });
      const { id: documentId, version, begunVersion } = begun;
      await unstagePassages(db, this.#clientId, { documentId, version });
      await this.#keepOnly(db, id, version);
      return begunVersion;
    });
  }

  stage(id: string, version: number, content: Staged): Promise<void> {
    const within = { clientId: this.#clientId, documentId: id, version };
    const parts = (content.parts ?? []).map(({ number, title, page, url, text }) => ({
      ...within,
      number,
      title,
      page,
      url,
      text,
    }));
    const asRead = { originalText: null, edited: false, hidden: false };
    const passages = (content.chunks ?? []).map(({ number, partNumber, page, url, titlePath, start, end, text }) => {
      const place = { number, partNumber, page, url, titlePath, start, end };
      return { ...within, id: this.#handle.env.newId(), ...place, text, ...asRead };
    });
    return this.#handle.atomically(async (db) => {
      await this.#share(db, id, version);
      for (const rows of batches(parts)) await db.insert(documentParts).values(rows);
      for (const rows of batches(passages)) {
        const staged = await db.insert(chunks).values(rows).returning();
        if (content.language !== undefined) await stagePassages(db, this.#clientId, staged, content.language);
      }
    });
  }

  stageVectors(id: string, version: number, model: string, vectors: readonly NewVector[]): Promise<void> {
    return this.#handle.atomically(async (db) => {
      await this.#share(db, id, version);
      await keepVectors(db, this.#clientId, { documentId: id, version, model }, vectors);
    });
  }

  publish(id: string, version: number, published: Published): Promise<KnowledgeDocument> {
    const { pageCount, wordCount, language = null, statusReason = null, sizeBytes } = published;
    return this.#handle.atomically(async (db) => {
      const before = await this.#lock(db, id, this.#building(id, version));
      const corrected = await this.#takeCorrectionsOver(db, before, version);
      await forgetCorrected(db, this.#clientId, before.id, version);
      await swapPassages(db, this.#clientId, { documentId: before.id, version, language, corrected });
      await this.#keepOnly(db, id, version);
      const now = this.#handle.env.now();
      return this.#change(db, id, {
        status: 'ready',
        statusReason,
        progress: 1000,
        language,
        sizeBytes,
        version,
        pageCount,
        wordCount,
        chunkCount: sql`(select count(*) from ${chunks} where ${this.#chunksOf(id, version)})`,
        updatedAt: now,
        processedAt: now,
      });
    });
  }

  async findPart(id: string, number: number): Promise<DocumentPart | undefined> {
    const [part] = await this.#handle.read((db) =>
      db
        .select()
        .from(documentParts)
        .where(and(this.#answeringParts(db, id), eq(documentParts.number, number))),
    );
    return part;
  }

  listParts(
    id: string,
    { after = 0, limit }: { after?: number; limit: number },
  ): Promise<Omit<DocumentPart, 'text'>[]> {
    const { text: _, ...columns } = getTableColumns(documentParts);
    return this.#handle.read((db) =>
      db
        .select(columns)
        .from(documentParts)
        .where(and(this.#answeringParts(db, id), gt(documentParts.number, after)))
        .orderBy(asc(documentParts.number))
        .limit(limit),
    );
  }

  /**
   * Does to the chunks of a staged version what the owner did to those of the version before with the same original
   * text; where several had it, what was done to the first of them. Answers the ids of the chunks it was done to.
   */
  async #takeCorrectionsOver(db: Db, { id, version: from }: KnowledgeDocument, to: number): Promise<string[]> {
    const { rows } = await db.execute<{ id: string }>(sql`
      update chunks c set text = b.text, original_text = b.original_text, edited = b.edited, hidden = b.hidden
      from (
        select distinct on (coalesce(o.original_text, o.text)) o.client_id, coalesce(o.original_text, o.text) as original,
          o.text, o.original_text, o.edited, o.hidden
        from chunks o
        where o.client_id = ${this.#clientId} and o.document_id = ${id} and o.version = ${from} and (o.edited or o.hidden)
        order by coalesce(o.original_text, o.text), o.number
      ) b
      where c.client_id = b.client_id and c.client_id = ${this.#clientId} and c.document_id = ${id} and c.version = ${to} and c.text = b.original
      returning c.id`);
    return rows.map((row) => row.id);
  }

  /** Leaves nothing but the parts and chunks of one version. */
  async #keepOnly(db: Db, id: string, version: number): Promise<void> {
    await db
      .delete(chunks)
      .where(owned(chunks, this.#clientId, eq(chunks.documentId, id), ne(chunks.version, version)));
    const others = [eq(documentParts.documentId, id), ne(documentParts.version, version)];
    await db.delete(documentParts).where(owned(documentParts, this.#clientId, ...others));
  }

  /** Holds a version that is being built: whoever publishes or begins a version waits, or has been waited for. */
  async #share(db: Db, id: string, version: number): Promise<void> {
    const [document] = await db.select({ id: t.id }).from(t).where(this.#building(id, version)).for('share');
    if (document === undefined) throw new NotFoundError('document');
  }

  /** The document, which nobody else changes until the transaction ends. */
  async #lock(db: Db, id: string, condition = this.#row(id)): Promise<KnowledgeDocument> {
    const [document] = await db.select().from(t).where(condition).for('update');
    if (document === undefined) throw new NotFoundError('document');
    return document;
  }

  async #wanted(db: Db, id: string): Promise<KnowledgeDocument> {
    const [document] = await db.select().from(t).where(this.#row(id));
    if (document === undefined) throw new NotFoundError('document');
    return document;
  }

  async #change(
    db: Db,
    id: string,
    values: Parameters<ReturnType<Db['update']>['set']>[0],
  ): Promise<KnowledgeDocument> {
    const [document] = await db.update(t).set(values).where(this.#row(id)).returning();
    if (document === undefined) throw new NotFoundError('document');
    return document;
  }

  #row(id: string): SQL {
    return owned(t, this.#clientId, eq(t.id, id));
  }

  /** The document, when this version of it is being built. */
  #building(id: string, version: number): SQL {
    return owned(t, this.#clientId, eq(t.id, id), eq(t.begunVersion, version), ne(t.version, version));
  }

  #chunksOf(id: string, version: number): SQL {
    return owned(chunks, this.#clientId, eq(chunks.documentId, id), eq(chunks.version, version));
  }

  #answeringParts(db: Db, id: string): SQL {
    const version = answeringVersion(db, this.#clientId, id);
    return owned(documentParts, this.#clientId, eq(documentParts.documentId, id), eq(documentParts.version, version));
  }
}

function* batches<Row>(rows: Row[]): Generator<Row[], void, undefined> {
  for (let start = 0; start < rows.length; start += ROWS_MAX) yield rows.slice(start, start + ROWS_MAX);
}
