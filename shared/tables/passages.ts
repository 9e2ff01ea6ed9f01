import { sql } from 'drizzle-orm';
import {
  bigint,
  boolean,
  customType,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { clients } from './accounts.ts';
import { clientIdColumn } from './columns.ts';
import { chunks } from './knowledge.ts';

const bytea = customType<{ data: Buffer }>({ dataType: () => 'bytea' });

/**
 * Chunks, as they are found: by the numbers of their terms. Only Postgres needs this and the two tables
 * below; memory makes its index of the chunks themselves.
 */
export const passages = pgTable(
  'passages',
  {
    clientId: clientIdColumn(),
    chunkId: uuid('chunk_id').notNull(),
    documentId: uuid('document_id').notNull(),
    /** Of its chunk. A version that is being built is in the index already, and not found; 0: one that answers. */
    version: integer('version').notNull().default(0),
    /** The document's, as it was known when the words were cut. */
    documentLanguage: text('document_language'),
    /** Two letters, or `und`: by whose rules its words were cut. */
    language: text('language').notNull(),
    titleWords: integer('title_words').notNull(),
    textWords: integer('text_words').notNull(),
    /** Numbers of terms, each once, made so that those of two clients differ. */
    terms: integer('terms').array().notNull(),
    /** Which terms stand where, as ranking reads it. */
    vector: bytea('vector').notNull(),
  },
  (t) => [
    primaryKey({ name: 'passages_pkey', columns: [t.clientId, t.chunkId] }),
    index('passages_document_idx').on(t.clientId, t.documentId),
    // What is added goes straight into the index: a list of what waits to be added would be read by every search.
    index('passages_terms_idx').using('gin', t.terms).with({ fastupdate: 'false' }),
    foreignKey({
      name: 'passages_chunk_fk',
      columns: [t.clientId, t.chunkId],
      foreignColumns: [chunks.clientId, chunks.id],
    }).onDelete('cascade'),
  ],
);

/**
 * What chunks mean, as a model for embeddings put it into numbers: so far as one was configured when they were read, and
 * their text has not been put right since. Unlike the index, they are not made anew of the chunks.
 */
export const passageVectors = pgTable(
  'passage_vectors',
  {
    clientId: clientIdColumn(),
    chunkId: uuid('chunk_id').notNull(),
    documentId: uuid('document_id').notNull(),
    /** Vectors of different models do not compare. */
    model: text('model').notNull(),
    /** Of length 1; each number with six digits, so that it is the same wherever it is kept. */
    vector: real('vector').array().notNull(),
  },
  (t) => [
    primaryKey({ name: 'passage_vectors_pkey', columns: [t.clientId, t.chunkId] }),
    foreignKey({
      name: 'passage_vectors_chunk_fk',
      columns: [t.clientId, t.chunkId],
      foreignColumns: [chunks.clientId, chunks.id],
    }).onDelete('cascade'),
  ],
);

export type StoredVector = typeof passageVectors.$inferSelect;

/**
 * How many passages that answer a client has with a term, and the words among the terms that others are compared with. A
 * term that only versions have which are being built is there with 0.
 */
export const passageTerms = pgTable(
  'passage_terms',
  {
    clientId: clientIdColumn(),
    /** The number of the term. */
    key: integer('key').notNull(),
    passages: integer('passages').notNull(),
    /** A single character of a script without blanks. */
    isCharacter: boolean('is_character').notNull(),
    /** The term, where words akin to it may be looked for; else null. */
    word: text('word'),
    /** The word, written from its end. */
    turned: text('turned'),
  },
  (t) => [
    primaryKey({ name: 'passage_terms_pkey', columns: [t.clientId, t.key] }),
    index('passage_terms_word_idx').on(t.clientId, t.word.op('text_pattern_ops')).where(sql`${t.word} is not null`),
    index('passage_terms_turned_idx')
      .on(t.clientId, t.turned.op('text_pattern_ops'))
      .where(sql`${t.turned} is not null`),
    foreignKey({ name: 'passage_terms_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** Sums over the passages of a client that answer. Who changes passages holds this row first. */
export const passageStatistics = pgTable(
  'passage_statistics',
  {
    clientId: clientIdColumn().primaryKey(),
    passages: integer('passages').notNull(),
    titleWords: bigint('title_words', { mode: 'number' }).notNull(),
    textWords: bigint('text_words', { mode: 'number' }).notNull(),
    /** Number of passages by their language. */
    languages: jsonb('languages').$type<Record<string, number>>().notNull(),
  },
  (t) => [
    foreignKey({ name: 'passage_statistics_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
  ],
);
