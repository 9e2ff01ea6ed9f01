import { expect } from 'vitest';
import type { Conversation, Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { webhookEvents } from '../../../shared/webhook-vocabulary.ts';
import type { NotFoundError } from '../errors.ts';
import type { NewWebhook } from '../repositories/outgoing-webhooks.ts';
import type { ClientStorage } from '../storage.ts';
import { strangeId } from './worlds.ts';

export function webhookInput(input: Partial<NewWebhook> = {}): NewWebhook {
  return {
    id: strangeId(),
    url: 'https://crm.example/hook',
    description: 'CRM',
    events: [...webhookEvents],
    sealedSecret: 'sealed',
    ...input,
  };
}

interface Planted {
  client: ClientStorage;
  webhook: Webhook;
  delivery: WebhookDelivery;
  deliveryCursor: string;
  conversation: Conversation;
}

type Outcome = { missing: NotFoundError['entity'] } | { answer: (own: { row: { id: string } }) => unknown };
interface Case {
  call(intruder: ClientStorage, planted: Planted): Promise<unknown>;
  outcome: Outcome;
}

const missing: Outcome = { missing: 'webhook' };
const answers = (answer: unknown): Outcome => ({ answer: () => answer });
const page = { limit: 100 };
const empty = { items: [], nextCursor: null };

/** What an intruder tries with another client's webhooks; see `isolation.suite.ts`. */
export const webhookCases: Record<string, Case> = {
  'outgoingWebhooks.create': {
    call: (i) => i.outgoingWebhooks.create(webhookInput()),
    outcome: { answer: (own) => expect.objectContaining({ clientId: own.row.id }) },
  },
  'outgoingWebhooks.find': { call: (i, p) => i.outgoingWebhooks.find(p.webhook.id), outcome: answers(undefined) },
  'outgoingWebhooks.list': {
    call: async (i) => (await i.outgoingWebhooks.list()).filter(({ clientId }) => clientId !== i.clientId),
    outcome: answers([]),
  },
  'outgoingWebhooks.update': {
    call: (i, p) => i.outgoingWebhooks.update(p.webhook.id, { url: 'https://thief.example' }),
    outcome: missing,
  },
  'outgoingWebhooks.remove': { call: (i, p) => i.outgoingWebhooks.remove(p.webhook.id), outcome: missing },
  'outgoingWebhooks.enqueue': {
    call: (i, p) => i.outgoingWebhooks.enqueue(p.webhook.id, { event: 'webhook.test', payload: {} }),
    outcome: missing,
  },
  'outgoingWebhooks.findDelivery': {
    call: (i, p) => i.outgoingWebhooks.findDelivery(p.delivery.id),
    outcome: answers(undefined),
  },
  'outgoingWebhooks.listDeliveries': {
    call: (i, p) => i.outgoingWebhooks.listDeliveries(p.webhook.id, {}, page),
    outcome: answers(empty),
  },
  'outgoingWebhooks.listDeliveries from their cursor': {
    call: (i, p) => i.outgoingWebhooks.listDeliveries(p.webhook.id, {}, { ...page, cursor: p.deliveryCursor }),
    outcome: answers(empty),
  },
  'outgoingWebhooks.sendAgain': {
    call: (i, p) => i.outgoingWebhooks.sendAgain(p.delivery.id),
    outcome: answers(undefined),
  },
  'outgoingWebhooks.eraseOfConversations': {
    call: (i, p) => i.outgoingWebhooks.eraseOfConversations([p.conversation.id]),
    outcome: answers(0),
  },
};

/** A webhook with deliveries about the conversation. */
export async function plantWebhooks({ client, conversation }: Pick<Planted, 'client' | 'conversation'>) {
  const webhook = await client.outgoingWebhooks.create(webhookInput());
  const rating = { conversationId: conversation.id, score: 5, comment: 'Good' };
  for (let n = 0; n < 2; n++) await client.ratings.rate(rating);
  const { items, nextCursor } = await client.outgoingWebhooks.listDeliveries(webhook.id, {}, { limit: 1 });
  return { webhook, delivery: items[0]!, deliveryCursor: nextCursor! };
}

export async function webhookContents({ client, webhook }: Pick<Planted, 'client' | 'webhook'>) {
  return {
    webhooks: await client.outgoingWebhooks.list(),
    deliveries: await client.outgoingWebhooks.listDeliveries(webhook.id, {}, page),
  };
}
