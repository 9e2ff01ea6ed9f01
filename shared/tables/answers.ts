import { sql } from 'drizzle-orm';
import {
  bigint,
  check,
  doublePrecision,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type {
  AnswerEngine,
  AnswerOutcome,
  AnswerStep,
  JobKind,
  UsedPassage,
  WebhookCallOutcome,
} from '../knowledge-vocabulary.ts';
import { clients } from './accounts.ts';
import { clientIdColumn, instant, jsonObject } from './columns.ts';
import { conversations } from './conversations.ts';
import { clientWidgets } from './widgets.ts';

/** Work that is still to be done. A row goes when its work is done or given up. */
export const jobs = pgTable(
  'jobs',
  {
    clientId: clientIdColumn(),
    kind: text('kind').$type<JobKind>().notNull(),
    /** What it is about: a document, a visitor's message. One job of a kind for each. */
    subjectId: uuid('subject_id').notNull(),
    payload: jsonObject('payload'),
    /** Not before this time. */
    runAt: instant('run_at').notNull(),
    attempts: integer('attempts').notNull(),
    /** New at each claim: who lost the lease cannot act on the job any more. Null while nobody works on it. */
    leaseId: uuid('lease_id'),
    leaseUntil: instant('lease_until'),
    /** What went wrong last; null when nothing has. */
    lastError: text('last_error'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'jobs_pkey', columns: [t.clientId, t.kind, t.subjectId] }),
    index('jobs_due_idx').on(t.kind, t.runAt, t.subjectId),
    foreignKey({ name: 'jobs_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    check('jobs_kind_known', sql`${t.kind} in ('ingest', 'answer', 'retain', 'removeFiles', 'embed')`),
  ],
);

/** How each answer came about: one for each question of a visitor that the assistant took up. */
export const answerReceipts = pgTable(
  'answer_receipts',
  {
    clientId: clientIdColumn(),
    /** The visitor's message. */
    questionMessageId: uuid('question_message_id').notNull(),
    conversationId: uuid('conversation_id').notNull(),
    widgetId: uuid('widget_id').notNull(),
    /** The assistant's message; null when it said nothing. */
    answerMessageId: uuid('answer_message_id'),
    /** As it was searched for. */
    question: text('question').notNull(),
    /** The same for questions that ask alike: what they are grouped by. */
    questionKey: text('question_key').notNull(),
    answer: text('answer').notNull(),
    outcome: text('outcome').$type<AnswerOutcome>().notNull(),
    /** The one that answered, or the last that tried. */
    engine: text('engine').$type<AnswerEngine>().notNull(),
    model: text('model'),
    promptVersion: text('prompt_version'),
    /** How sure the retrieval was that the passages hold the answer, from 0 to 1. */
    confidence: doublePrecision('confidence'),
    passages: jsonb('passages').$type<UsedPassage[]>().notNull(),
    steps: jsonb('steps').$type<AnswerStep[]>().notNull(),
    tokensIn: integer('tokens_in').notNull(),
    tokensOut: integer('tokens_out').notNull(),
    /** Millionths of the currency in which the owner entered prices. */
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull(),
    durationMs: integer('duration_ms').notNull(),
    /** What the visitor thought of it: 1 helpful, -1 not; null: nothing said. */
    rating: integer('rating'),
    /** The place in the list that has the worst first: see `server/storage/receipt-order.ts`. */
    worstOrder: doublePrecision('worst_order').notNull(),
    /** When an agent put it right or wrote an approved answer; null: not. */
    reviewedAt: instant('reviewed_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'answer_receipts_pkey', columns: [t.clientId, t.questionMessageId] }),
    index('answer_receipts_answer_idx').on(t.clientId, t.answerMessageId),
    index('answer_receipts_list_idx').on(t.clientId, t.createdAt.desc(), t.questionMessageId.desc()),
    index('answer_receipts_widget_idx').on(t.clientId, t.widgetId, t.createdAt.desc(), t.questionMessageId.desc()),
    index('answer_receipts_worst_idx').on(t.clientId, t.worstOrder, t.createdAt.desc(), t.questionMessageId.desc()),
    index('answer_receipts_unknown_idx')
      .on(t.clientId, t.questionKey, t.createdAt.desc())
      .where(sql`outcome in ('unknown', 'failed') and reviewed_at is null`),
    index('answer_receipts_conversation_idx').on(t.clientId, t.conversationId),
    foreignKey({
      name: 'answer_receipts_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
    check('answer_receipts_rating_known', sql`${t.rating} in (-1, 1)`),
  ],
);

/** Each call of an owner's workflow. */
export const webhookCalls = pgTable(
  'webhook_calls',
  {
    clientId: clientIdColumn(),
    /** Also the delivery id that the workflow is told. */
    id: uuid('id').notNull(),
    widgetId: uuid('widget_id').notNull(),
    conversationId: uuid('conversation_id').notNull(),
    questionMessageId: uuid('question_message_id').notNull(),
    /** Without query and password. */
    url: text('url').notNull(),
    input: jsonObject('input'),
    output: text('output').notNull(),
    outcome: text('outcome').$type<WebhookCallOutcome>().notNull(),
    /** In plain words, when it failed. */
    failure: text('failure'),
    /** Null when no answer came. */
    httpStatus: integer('http_status'),
    durationMs: integer('duration_ms').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'webhook_calls_pkey', columns: [t.clientId, t.id] }),
    index('webhook_calls_list_idx').on(t.clientId, t.widgetId, t.createdAt.desc(), t.id.desc()),
    index('webhook_calls_conversation_idx').on(t.clientId, t.conversationId),
    foreignKey({
      name: 'webhook_calls_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }).onDelete('cascade'),
    foreignKey({
      name: 'webhook_calls_conversation_fk',
      columns: [t.clientId, t.conversationId],
      foreignColumns: [conversations.clientId, conversations.id],
    }).onDelete('cascade'),
  ],
);

/** With which model a client's assistants answer; absent: with the installation's. */
export const modelSettings = pgTable(
  'model_settings',
  {
    clientId: clientIdColumn().primaryKey(),
    baseUrl: text('base_url').notNull(),
    model: text('model').notNull(),
    /** Sealed with the installation's key; empty: the endpoint wants none. */
    sealedApiKey: text('sealed_api_key').notNull(),
    /** Millionths of the owner's currency, for a million tokens. */
    priceInMicros: bigint('price_in_micros', { mode: 'number' }).notNull(),
    priceOutMicros: bigint('price_out_micros', { mode: 'number' }).notNull(),
    /** Spent at most in a calendar month (UTC); null: no cap. */
    monthlyCapMicros: bigint('monthly_cap_micros', { mode: 'number' }),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    foreignKey({ name: 'model_settings_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** What the models of a client have used, by calendar month (UTC). */
export const modelUsage = pgTable(
  'model_usage',
  {
    clientId: clientIdColumn(),
    /** As in `2026-11`. */
    month: text('month').notNull(),
    tokensIn: bigint('tokens_in', { mode: 'number' }).notNull(),
    tokensOut: bigint('tokens_out', { mode: 'number' }).notNull(),
    costMicros: bigint('cost_micros', { mode: 'number' }).notNull(),
  },
  (t) => [
    primaryKey({ name: 'model_usage_pkey', columns: [t.clientId, t.month] }),
    foreignKey({ name: 'model_usage_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete(
      'cascade',
    ),
  ],
);

/** What a widget's webhook calls are signed with. */
export const webhookSecrets = pgTable(
  'webhook_secrets',
  {
    clientId: clientIdColumn(),
    widgetId: uuid('widget_id').notNull(),
    /** Sealed with the installation's key. */
    sealedSecret: text('sealed_secret').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'webhook_secrets_pkey', columns: [t.clientId, t.widgetId] }),
    foreignKey({
      name: 'webhook_secrets_widget_fk',
      columns: [t.clientId, t.widgetId],
      foreignColumns: [clientWidgets.clientId, clientWidgets.id],
    }).onDelete('cascade'),
  ],
);

export type Job = typeof jobs.$inferSelect;
export type AnswerReceipt = typeof answerReceipts.$inferSelect;
export type WebhookCall = typeof webhookCalls.$inferSelect;
export type ModelSettings = typeof modelSettings.$inferSelect;
export type ModelUsage = typeof modelUsage.$inferSelect;
export type WebhookSecret = typeof webhookSecrets.$inferSelect;
