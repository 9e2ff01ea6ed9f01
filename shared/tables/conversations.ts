import { sql } from 'drizzle-orm';
import {
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
import type { ConversationStatus, HandoffRequester, MessageRole } from '../conversation-vocabulary.ts';
import { clients, members } from './accounts.ts';
import { clientIdColumn, instant, jsonObject } from './columns.ts';
import { clientWidgets } from './widgets.ts';

/** People on the sites. A row is made with a visitor's first message, not before. */
export const visitors = pgTable(
  'visitors',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    widgetId: uuid('widget_id').notNull(),
    /** The site's own id of an identified visitor; null while anonymous. */
    externalId: text('external_id'),
    name: text('name'),
    email: text('email'),
    info: jsonObject('info'),
    /** BCP 47 tag of the browser's language. */
    locale: text('locale'),
    /** The page the visitor was on last. */
    pageUrl: text('page_url'),
    userAgent: text('user_agent'),
    createdAt: instant('created_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'visitors_pkey', columns: [t.clientId, t.id] }),
    uniqueIndex('visitors_external_key').on(t.clientId, t.widgetId, t.externalId).where(sql`external_id is not null`),
    foreignKey({ name: 'visitors_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    foreignKey({
      name: 'visitors_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }),
  ],
);

/** A person was called for and none has answered, taken or closed it yet. `requestedAt` is an ISO 8601 time. */
export type OpenHandoff = { requestedBy: HandoffRequester; reason: string | null; requestedAt: string };

/** Threads. The counters and the preview are written by the statement that stores a message. */
export const conversations = pgTable(
  'conversations',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    /** Null for conversations made over the integration API. */
    widgetId: uuid('widget_id'),
    visitorId: uuid('visitor_id'),
    /** Made by the visitor's browser, so that a repeated start finds the first one. */
    clientConversationId: text('client_conversation_id'),
    title: text('title'),
    status: text('status').$type<ConversationStatus>().notNull(),
    snoozedUntil: instant('snoozed_until'),
    assigneeId: uuid('assignee_id'),
    tags: text('tags').array().notNull(),
    metadata: jsonObject('metadata'),
    messageCount: integer('message_count').notNull(),
    /** The highest sequence number given out in this conversation; 0 before the first message. */
    lastSequence: integer('last_sequence').notNull(),
    lastMessagePreview: text('last_message_preview'),
    lastMessageRole: text('last_message_role').$type<MessageRole>(),
    lastMessageAt: instant('last_message_at'),
    /** Up to which sequence number the visitor has seen the thread. */
    visitorReadSequence: integer('visitor_read_sequence').notNull(),
    /** Up to which sequence number some agent has seen the thread. */
    agentReadSequence: integer('agent_read_sequence').notNull(),
    /** The open one of the table `handoffs`, which keeps those that are over as well. */
    handoff: jsonb('handoff').$type<OpenHandoff>(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'conversations_pkey', columns: [t.clientId, t.id] }),
    // One index for each filter of the inbox, in the order of the list. What follows the order lets a second and third
    // filter be checked in the index, without reading the rows that do not pass.
    index('conversations_inbox_idx').on(t.clientId, t.updatedAt.desc(), t.id.desc()),
    index('conversations_status_idx').on(
      t.clientId,
      t.status,
      t.updatedAt.desc(),
      t.id.desc(),
      t.assigneeId,
      t.widgetId,
    ),
    index('conversations_widget_idx').on(t.clientId, t.widgetId, t.updatedAt.desc(), t.id.desc(), t.assigneeId),
    index('conversations_assignee_idx')
      .on(t.clientId, t.assigneeId, t.updatedAt.desc(), t.id.desc(), t.widgetId)
      .where(sql`assignee_id is not null`),
    index('conversations_unassigned_idx')
      .on(t.clientId, t.updatedAt.desc(), t.id.desc(), t.widgetId)
      .where(sql`assignee_id is null`),
    index('conversations_visitor_idx').on(t.clientId, t.visitorId, t.updatedAt.desc(), t.id.desc()),
    index('conversations_unread_idx')
      .on(t.clientId, t.updatedAt.desc(), t.id.desc())
      .where(sql`agent_read_sequence < last_sequence and status in ('open', 'waiting')`),
    index('conversations_snoozed_idx').on(t.snoozedUntil).where(sql`status = 'snoozed'`),
    uniqueIndex('conversations_client_made_key')
      .on(t.clientId, t.visitorId, t.clientConversationId)
      .where(sql`client_conversation_id is not null`),
    foreignKey({ name: 'conversations_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
    foreignKey({
      name: 'conversations_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }),
    foreignKey({
      name: 'conversations_visitor_fk',
      columns: [t.clientId, t.visitorId],
      foreignColumns: [visitors.clientId, visitors.id],
    }),
    foreignKey({
      name: 'conversations_assignee_fk',
      columns: [t.clientId, t.assigneeId],
      foreignColumns: [members.clientId, members.userId],
    }),
    check('conversations_status_known', sql`${t.status} in ('open', 'waiting', 'snoozed', 'closed')`),
  ],
);

/** The entries of a conversation, numbered from 1 without gaps. */
export const messages = pgTable(
  'messages',
  {
    clientId: clientIdColumn(),
    conversationId: uuid('conversation_id').notNull(),
    sequence: integer('sequence').notNull(),
    id: uuid('id').notNull(),
    role: text('role').$type<MessageRole>().notNull(),
    content: text('content').notNull(),
    metadata: jsonObject('metadata'),
    /** Made by the sender; the same one again in a conversation is the same message. */
    clientMessageId: text('client_message_id'),
    /** The user who wrote it as an agent; null otherwise. */
    authorId: uuid('author_id'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'messages_pkey', columns: [t.clientId, t.conversationId, t.sequence] }),
    uniqueIndex('messages_id_key').on(t.clientId, t.id),
    uniqueIndex('messages_client_made_key')
      .on(t.clientId, t.conversationId, t.clientMessageId)
      .where(sql`client_message_id is not null`),
    foreignKey({
      name: 'messages_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
    check('messages_role_known', sql`${t.role} in ('user', 'assistant', 'agent', 'system')`),
    check('messages_sequence_positive', sql`${t.sequence} > 0`),
  ],
);

export type Visitor = typeof visitors.$inferSelect;
export type Conversation = typeof conversations.$inferSelect;
export type Message = typeof messages.$inferSelect;
