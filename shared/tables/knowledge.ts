import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import type { CrawlLimits, DocumentKind, DocumentStatus, WrittenContent } from '../knowledge-vocabulary.ts';
import { clients } from './accounts.ts';
import { clientIdColumn, instant } from './columns.ts';

/**
 * What the owner gave the assistant to answer from. `status` speaks of the latest attempt to read it; the version that
 * answers meanwhile is `version`.
 */
export const documents = pgTable(
  'documents',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    kind: text('kind').$type<DocumentKind>().notNull(),
    name: text('name').notNull(),
    /** Of a `page` or `site`; else null. */
    url: text('url'),
    /** Of a `file`, by its content; else null. */
    mediaType: text('media_type'),
    /** Of a `file`, in bytes; of the others what was read; null: not known yet. */
    sizeBytes: bigint('size_bytes', { mode: 'number' }),
    /** Of a `file`: where the file store has its bytes. */
    storageKey: text('storage_key'),
    /** Of a `text` or `qa`. */
    content: jsonb('content').$type<WrittenContent>(),
    /** Of a `site`. */
    crawl: jsonb('crawl').$type<CrawlLimits>(),
    /** BCP 47 tag of the language it is written in, as found; null: not known. */
    language: text('language'),
    status: text('status').$type<DocumentStatus>().notNull(),
    /** Why the last attempt `failed`, or what to know about a `ready` one; in plain words. */
    statusReason: text('status_reason'),
    /** How far the current step is, from 0 to 1000. */
    progress: integer('progress').notNull(),
    /** The version that answers; 0: none yet. */
    version: integer('version').notNull(),
    /** The version begun last: it is being built, or was given up, when it is not the one that answers. */
    begunVersion: integer('begun_version').notNull(),
    pageCount: integer('page_count').notNull(),
    wordCount: integer('word_count').notNull(),
    chunkCount: integer('chunk_count').notNull(),
    createdBy: uuid('created_by'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /** When the version that answers was made; null: never. */
    processedAt: instant('processed_at'),
  },
  (t) => [
    primaryKey({ name: 'documents_pkey', columns: [t.clientId, t.id] }),
    index('documents_list_idx').on(t.clientId, t.createdAt.desc(), t.id.desc()),
    // What is being built is left out of each search.
    index('documents_building_idx').on(t.clientId, t.id, t.begunVersion).where(sql`${t.begunVersion} <> ${t.version}`),
    foreignKey({ name: 'documents_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    check('documents_kind_known', sql`${t.kind} in ('file', 'page', 'site', 'text', 'qa')`),
    check(
      'documents_status_known',
      sql`${t.status} in ('queued', 'fetching', 'extracting', 'chunking', 'indexing', 'ready', 'failed')`,
    ),
  ],
);

/** The text of a document in parts: printed pages, sheets, web pages, pairs, or the whole. */
export const documentParts = pgTable(
  'document_parts',
  {
    clientId: clientIdColumn(),
    documentId: uuid('document_id').notNull(),
    version: integer('version').notNull(),
    /** From 1, in reading order. */
    number: integer('number').notNull(),
    title: text('title').notNull(),
    page: integer('page'),
    url: text('url'),
    text: text('text').notNull(),
  },
  (t) => [
    primaryKey({ name: 'document_parts_pkey', columns: [t.clientId, t.documentId, t.version, t.number] }),
    foreignKey({
      name: 'document_parts_document_fk',
      columns: [t.clientId, t.documentId],
      foreignColumns: [documents.clientId, documents.id],
    }).onDelete('cascade'),
  ],
);

/** Passages cut from a document. Those of `documents.version` answer, the others are being built or were. */
export const chunks = pgTable(
  'chunks',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    documentId: uuid('document_id').notNull(),
    version: integer('version').notNull(),
    /** From 1, in reading order. */
    number: integer('number').notNull(),
    partNumber: integer('part_number').notNull(),
    page: integer('page'),
    url: text('url'),
    /** Title of the document and the headings above the passage, outermost first. */
    titlePath: text('title_path').array().notNull(),
    /** Where it stands in the text of its part, in UTF-16 code units. */
    start: integer('start').notNull(),
    end: integer('end').notNull(),
    /** As it answers: the owner may have put it right. */
    text: text('text').notNull(),
    /** What its part says, where the owner put the text right so that it differs; else null. */
    originalText: text('original_text'),
    /** The owner put the text right. */
    edited: boolean('edited').notNull(),
    /** Kept out of answers. */
    hidden: boolean('hidden').notNull(),
  },
  (t) => [
    primaryKey({ name: 'chunks_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('chunks_number_key').on(t.clientId, t.documentId, t.version, t.number),
    foreignKey({
      name: 'chunks_document_fk',
      columns: [t.clientId, t.documentId],
      foreignColumns: [documents.clientId, documents.id],
    }).onDelete('cascade'),
    check('chunks_original_when_edited', sql`${t.edited} = (${t.originalText} is not null)`),
  ],
);

export type KnowledgeDocument = typeof documents.$inferSelect;
export type DocumentPart = typeof documentParts.$inferSelect;
export type Chunk = typeof chunks.$inferSelect;
