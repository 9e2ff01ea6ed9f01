import { sql } from 'drizzle-orm';
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import type { DeliveredEvent, DeliveryState, SwitchOffReason, WebhookEvent } from '../webhook-vocabulary.ts';
import { clients } from './accounts.ts';
import { clientIdColumn, instant, type JsonObject } from './columns.ts';

/** Addresses that are told what happens in a client's conversations. Not the workflows that answer: `webhook_calls`. */
export const webhooks = pgTable(
  'webhooks',
  {
    clientId: clientIdColumn(),
    id: uuid('id').notNull(),
    url: text('url').notNull(),
    description: text('description').notNull(),
    events: text('events').array().$type<WebhookEvent[]>().notNull(),
    /** What deliveries are signed with; sealed with the installation's key. */
    sealedSecret: text('sealed_secret').notNull(),
    /** The one before, sealed alike: deliveries are signed with it as well until `previousSecretUntil`. Null: there is none. */
    previousSealedSecret: text('previous_sealed_secret'),
    previousSecretUntil: instant('previous_secret_until'),
    enabled: boolean('enabled').notNull(),
    /** Since when no delivery has arrived; null while they do. */
    failingSince: instant('failing_since'),
    /** Deliveries given up since one arrived. */
    failuresInRow: integer('failures_in_row').notNull(),
    lastSuccessAt: instant('last_success_at'),
    /** When the server switched it off by itself, and why; null when it has not. */
    switchedOffAt: instant('switched_off_at'),
    switchedOffReason: text('switched_off_reason').$type<SwitchOffReason>(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'webhooks_pkey', columns: [t.clientId, t.id] }),
    foreignKey({ name: 'webhooks_client_fk', columns: [t.clientId], foreignColumns: [clients.id] }).onDelete('cascade'),
    check('webhooks_reason_known', sql`${t.switchedOffReason} in ('gone', 'failing')`),
  ],
);

/** The outbox of the webhooks, written by the statement that makes the event, and the record of what became of it. */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    clientId: clientIdColumn(),
    /** The same each time it is sent: by this the receiver tells a repetition. Made in the statement, so not in order. */
    id: uuid('id').notNull(),
    webhookId: uuid('webhook_id').notNull(),
    /** What it tells of; null for a test. Names the conversation also when that is gone. */
    conversationId: uuid('conversation_id'),
    event: text('event').$type<DeliveredEvent>().notNull(),
    /** As `WebhookPayload`; null when it has been erased. */
    payload: jsonb('payload').$type<JsonObject>(),
    state: text('state').$type<DeliveryState>().notNull(),
    /** Asked for by a person: sent once, also when the webhook is switched off. */
    byHand: boolean('by_hand').notNull(),
    attempts: integer('attempts').notNull(),
    /** Not before this time. */
    nextTryAt: instant('next_try_at').notNull(),
    /** New at each claim: who lost the lease cannot settle the attempt any more. Null while nobody sends it. */
    leaseId: uuid('lease_id'),
    leaseUntil: instant('lease_until'),
    lastAttemptAt: instant('last_attempt_at'),
    /** Of the last attempt that ended; null when no answer came. */
    httpStatus: integer('http_status'),
    /** What went wrong with it, in plain words; null when nothing did. */
    failure: text('failure'),
    durationMs: integer('duration_ms'),
    /** The beginning of what was answered. */
    response: text('response'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ name: 'webhook_deliveries_pkey', columns: [t.clientId, t.id] }),
    index('webhook_deliveries_list_idx').on(t.clientId, t.webhookId, t.createdAt.desc(), t.id.desc()),
    index('webhook_deliveries_due_idx').on(t.clientId, t.webhookId, t.nextTryAt, t.id).where(sql`state = 'pending'`),
    index('webhook_deliveries_ended_idx').on(t.createdAt).where(sql`state <> 'pending'`),
    index('webhook_deliveries_conversation_idx').on(t.clientId, t.conversationId),
    foreignKey({
      name: 'webhook_deliveries_webhook_fk',
      columns: [t.clientId, t.webhookId],
      foreignColumns: [webhooks.clientId, webhooks.id],
    }).onDelete('cascade'),
    check('webhook_deliveries_state_known', sql`${t.state} in ('pending', 'delivered', 'failed', 'dropped')`),
  ],
);

export type Webhook = typeof webhooks.$inferSelect;
export type WebhookDelivery = typeof webhookDeliveries.$inferSelect;
