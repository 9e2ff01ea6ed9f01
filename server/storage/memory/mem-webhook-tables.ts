import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { ownedByClient } from './mem-client-tables.ts';
import { defineTable, untyped } from './mem-table.ts';
import { byCreation, clientOf, ownedRowKey } from './mem-table-parts.ts';
import { byInstantThenId, compareText, ownedKey } from './mem-values.ts';

export const webhooks = defineTable<Webhook>()({
  name: 'webhooks',
  key: ownedRowKey,
  taken: 'id_taken',
  json: [],
  uniques: {},
  groups: { client: { key: clientOf, compare: byCreation } },
  references: [ownedByClient],
});

/** The webhook a delivery is for. */
export const webhookOf = ({ clientId, webhookId }: Pick<WebhookDelivery, 'clientId' | 'webhookId'>) =>
  ownedKey(clientId, webhookId);

export const webhookDeliveries = defineTable<WebhookDelivery>()({
  name: 'webhook_deliveries',
  key: ownedRowKey,
  taken: 'id_taken',
  json: ['payload'],
  uniques: {},
  groups: {
    client: { key: clientOf, compare: (a: { id: string }, b: { id: string }) => compareText(a.id, b.id) },
    webhook: { key: webhookOf, compare: byCreation },
    conversation: {
      key: ({ clientId, conversationId }) => (conversationId === null ? undefined : ownedKey(clientId, conversationId)),
      compare: (a: { id: string }, b: { id: string }) => compareText(a.id, b.id),
    },
    due: {
      key: (delivery) => (delivery.state === 'pending' ? webhookOf(delivery) : undefined),
      compare: (a: Pick<WebhookDelivery, 'nextTryAt' | 'id'>, b: Pick<WebhookDelivery, 'nextTryAt' | 'id'>) =>
        byInstantThenId({ at: a.nextTryAt, id: a.id }, { at: b.nextTryAt, id: b.id }),
    },
    /** One group for the installation: `ended` of those that are not pending. */
    ended: { key: ({ state }) => (state === 'pending' ? undefined : 'ended'), compare: byCreation },
  },
  references: [
    {
      to: untyped(webhooks),
      key: webhookOf,
      missing: 'webhook',
      onDelete: 'cascade',
      children: { group: 'webhook', key: (webhook) => ownedRowKey(webhook as Webhook) },
    },
  ],
});
