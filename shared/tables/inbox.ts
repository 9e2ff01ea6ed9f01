import { sql } from 'drizzle-orm';
import {
  check,
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { clients } from './accounts.ts';
import { clientIdColumn, instant } from './columns.ts';
import { conversations } from './conversations.ts';

const conversationId = () => uuid('conversation_id').notNull();

/** Files sent in a conversation. The bytes are in the file store under `storageKey`; a message names its attachments. */
export const attachments = pgTable(
  'attachments',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    conversationId: conversationId(),
    uploadedBy: text('uploaded_by').$type<'visitor' | 'agent'>().notNull(),
    /** Made safe for a file system and a header; shown to people. */
    name: text('name').notNull(),
    /** Found from the content, not believed from the sender. */
    mediaType: text('media_type').notNull(),
    sizeBytes: integer('size_bytes').notNull(),
    storageKey: text('storage_key').notNull(),
    /** When a message took it up; one that no message takes up is swept away after a day. */
    sentAt: instant('sent_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'attachments_pkey', columns: [t.clientId, t.id] }),
    index('attachments_conversation_idx').on(t.clientId, t.conversationId, t.id),
    index('attachments_unsent_idx').on(t.createdAt).where(sql`sent_at is null`),
    foreignKey({
      name: 'attachments_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
    check('attachments_uploader_known', sql`${t.uploadedBy} in ('visitor', 'agent')`),
  ],
);

/** What agents write to each other beside a thread. Apart from messages, so that no visitor can ever be shown one. */
export const conversationNotes = pgTable(
  'conversation_notes',
  {
    clientId: clientIdColumn(),
    conversationId: conversationId(),
    id: uuid('id').notNull(),
    authorId: uuid('author_id').notNull(),
    authorName: text('author_name').notNull(),
    content: text('content').notNull(),
    /** The highest sequence number when it was written: its place in the thread. */
    afterSequence: integer('after_sequence').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'conversation_notes_pkey', columns: [t.clientId, t.conversationId, t.id] }),
    foreignKey({
      name: 'conversation_notes_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
  ],
);

/** Texts that agents insert by typing a shortcut. */
export const cannedReplies = pgTable(
  'canned_replies',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    /** Typed after a slash, lower case, unique in the client. */
    shortcut: text('shortcut').notNull(),
    title: text('title').notNull(),
    content: text('content').notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'canned_replies_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('canned_replies_shortcut_key').on(t.clientId, t.shortcut),
    foreignKey({ name: 'canned_replies_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** Each time a person was called for, and what came of it. At most one is open per conversation. */
export const handoffs = pgTable(
  'handoffs',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    conversationId: conversationId(),
    requestedBy: text('requested_by').$type<'visitor' | 'assistant' | 'agent'>().notNull(),
    reason: text('reason'),
    requestedAt: instant('requested_at').notNull(),
    /** When a person first answered or took it; null while it is open. */
    resolvedAt: instant('resolved_at'),
    resolution: text('resolution').$type<'answered' | 'assigned' | 'closed'>(),
  },
  (t) => [
    primaryKey({ name: 'handoffs_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('handoffs_open_key').on(t.clientId, t.conversationId).where(sql`resolved_at is null`),
    index('handoffs_conversation_idx').on(t.clientId, t.conversationId, t.id),
    foreignKey({
      name: 'handoffs_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
    check('handoffs_requester_known', sql`${t.requestedBy} in ('visitor', 'assistant', 'agent')`),
    check('handoffs_resolution_known', sql`${t.resolution} in ('answered', 'assigned', 'closed')`),
  ],
);

/** How a visitor found the conversation; the latest rating stands. */
export const conversationRatings = pgTable(
  'conversation_ratings',
  {
    clientId: clientIdColumn(),
    conversationId: conversationId(),
    /** 1 (bad) to 5 (good). */
    score: integer('score').notNull(),
    comment: text('comment'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'conversation_ratings_pkey', columns: [t.clientId, t.conversationId] }),
    foreignKey({
      name: 'conversation_ratings_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
    check('conversation_ratings_score_range', sql`${t.score} between 1 and 5`),
  ],
);

const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' });

/** What a conversation can be found by, written behind the message path: words cut by the application, not by Postgres. */
export const conversationSearch = pgTable(
  'conversation_search',
  {
    clientId: clientIdColumn(),
    conversationId: conversationId(),
    terms: tsvector('terms').notNull(),
    /** Up to which sequence number the thread is in it. */
    upToSequence: integer('up_to_sequence').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'conversation_search_pkey', columns: [t.clientId, t.conversationId] }),
    index('conversation_search_terms_idx').using('gin', t.terms),
    foreignKey({
      name: 'conversation_search_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
  ],
);

export type Attachment = typeof attachments.$inferSelect;
export type Note = typeof conversationNotes.$inferSelect;
export type CannedReply = typeof cannedReplies.$inferSelect;
export type Handoff = typeof handoffs.$inferSelect;
export type SearchEntry = typeof conversationSearch.$inferSelect;
export type Rating = typeof conversationRatings.$inferSelect;
