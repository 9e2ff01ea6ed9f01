import { sql } from 'drizzle-orm';
import { check, foreignKey, index, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import type { ErasedCounts, ErasureActor } from '../privacy-vocabulary.ts';
import { clients } from './accounts.ts';
import { clientIdColumn, instant } from './columns.ts';
import { conversations } from './conversations.ts';
import { documents } from './knowledge.ts';

/** How long a client keeps what visitors said; absent: for ever. */
export const clientPrivacy = pgTable(
  'client_privacy',
  {
    clientId: clientIdColumn().primaryKey(),
    /** Conversations go when their last message is older than this; null: never. */
    retentionDays: integer('retention_days'),
    /** When the nightly erasure was done last; null: not yet. */
    lastRunAt: instant('last_run_at'),
    /** What it erased; null: not yet. */
    lastRun: jsonb('last_run').$type<ErasedCounts>(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    foreignKey({ name: 'client_privacy_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    check('client_privacy_retention_range', sql`${t.retentionDays} between 1 and 3650`),
  ],
);

/** Receipts of what was erased, without a word on whose it was. */
export const erasures = pgTable(
  'erasures',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    /** Which kind of actor asked for it; `system`: it was old enough. */
    actorKind: text('actor_kind').$type<ErasureActor>().notNull(),
    counts: jsonb('counts').$type<ErasedCounts>().notNull(),
    /**
     * SHA-256 over the visitor's id, hexadecimal: tokens that were issued before do not bring the visitor back. Null once
     * none of those works any more, and where it was not about one visitor.
     */
    subjectHash: text('subject_hash'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'erasures_pkey', columns: [t.clientId, t.id] }),
    index('erasures_subject_idx').on(t.clientId, t.subjectHash).where(sql`subject_hash is not null`),
    foreignKey({ name: 'erasures_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    check('erasures_actor_known', sql`${t.actorKind} in ('visitor', 'user', 'apiKey', 'system')`),
  ],
);

/** From which visitors' messages approved answers were written, so that they can go with them. */
export const approvedAnswers = pgTable(
  'approved_answers',
  {
    clientId: clientIdColumn(),
    documentId: uuid('document_id').notNull(),
    questionMessageId: uuid('question_message_id').notNull(),
    conversationId: uuid('conversation_id').notNull(),
  },
  (t) => [
    primaryKey({ name: 'approved_answers_pkey', columns: [t.clientId, t.documentId, t.questionMessageId] }),
    index('approved_answers_conversation_idx').on(t.clientId, t.conversationId),
    foreignKey({
      name: 'approved_answers_document_fk',
      columns: [t.clientId, t.documentId],
      foreignColumns: [documents.clientId, documents.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'approved_answers_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
  ],
);

/** Files whose rows are gone, and whose bytes are still to go. Of no client: it may be gone as well. */
export const removedFiles = pgTable(
  'removed_files',
  {
    /** Where the file store has it. */
    id: text('id').primaryKey(),
    /** Not before this time. */
    dueAt: instant('due_at').notNull(),
  },
  (t) => [index('removed_files_due_idx').on(t.dueAt, t.id)],
);

export type ClientPrivacy = typeof clientPrivacy.$inferSelect;
export type Erasure = typeof erasures.$inferSelect;
export type ApprovedAnswer = typeof approvedAnswers.$inferSelect;
export type RemovedFile = typeof removedFiles.$inferSelect;
