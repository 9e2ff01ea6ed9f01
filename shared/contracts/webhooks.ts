import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import {
  deliveryStates,
  switchOffReasons,
  type WebhookEvent,
  webhookEvents,
  webhookTestEvent,
} from '../webhook-vocabulary.ts';
import { clientParams } from './clients.ts';
import { defineEndpoint } from './endpoint.ts';
import * as field from './fields.ts';

/** Outgoing webhooks: addresses of the owner's that are told what happens in conversations. See `docs/webhooks.md`. */

const area = 'Webhooks';
const webhookParams = z.object({ clientId: field.id(), webhookId: field.id() });
const deliveryParams = z.extend(webhookParams, { deliveryId: field.id() });

export const webhookView = z.object({
  id: z.string(),
  url: z.string(),
  description: z.string(),
  events: z.array(z.enum(webhookEvents)),
  enabled: z.boolean(),
  /** Since when nothing has arrived; null while it does. */
  failingSince: z.nullable(z.string()),
  lastSuccessAt: z.nullable(z.string()),
  /** Set when the server switched it off by itself: its receiver answered 410, or has failed for too long. */
  switchedOff: z.nullable(z.object({ at: z.string(), reason: z.enum(switchOffReasons) })),
  /** Until when deliveries are signed with the secret before as well; null: with the present one alone. */
  previousSecretUntil: z.nullable(z.string()),
  createdAt: z.string(),
  updatedAt: z.string(),
});
export type WebhookView = z.output<typeof webhookView>;

export const deliveryView = z.object({
  /** What the receiver is told as `webhook-id`: the same each time it is sent. */
  id: z.string(),
  webhookId: z.string(),
  event: z.enum([...webhookEvents, webhookTestEvent]),
  conversationId: z.nullable(z.string()),
  state: z.enum(deliveryStates),
  /** Asked for by a person, and therefore sent once. */
  byHand: z.boolean(),
  attempts: z.int(),
  /** Null unless it is still to be sent. */
  nextTryAt: z.nullable(z.string()),
  lastAttemptAt: z.nullable(z.string()),
  /** Of the last attempt; null when no answer came. */
  httpStatus: z.nullable(z.int()),
  /** In plain words; null when nothing went wrong. */
  failure: z.nullable(z.string()),
  durationMs: z.nullable(z.int()),
  createdAt: z.string(),
});
export type DeliveryView = z.output<typeof deliveryView>;

export const deliveryDetailsView = z.extend(deliveryView, {
  /** The body as it is sent; null when what it was about has been erased. */
  body: z.nullable(z.record(z.string(), z.json())),
  /** The beginning of what was answered last. */
  response: z.nullable(z.string()),
});
export type DeliveryDetailsView = z.output<typeof deliveryDetailsView>;

function isTarget(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const { protocol, username, password, hash } = new URL(value);
  return /^https?:$/.test(protocol) && username === '' && password === '' && hash === '';
}

const url = () =>
  field
    .line(limits.urlCharsMax)
    .check(
      z.refine(isTarget, 'Must be an address that starts with https:// or http://, without a password and without #.'),
    );

const events = () =>
  z
    .array(z.enum(webhookEvents, `Must be one of ${webhookEvents.join(', ')}.`), 'Must be a list of events.')
    .check(z.minLength(1, 'Choose at least one event.'), z.maxLength(webhookEvents.length, 'Each event once.'));

const fields = {
  url: url(),
  description: field.text(limits.webhookDescriptionCharsMax),
  events: events(),
};

export const listWebhooks = defineEndpoint({
  name: 'listWebhooks',
  method: 'GET',
  path: '/api/clients/:clientId/webhooks',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'The client’s outgoing webhooks, earliest first.',
  params: clientParams,
  query: z.object(field.pageQuery),
  status: 200,
  answer: field.pageOf(webhookView),
});

export const createWebhook = defineEndpoint({
  name: 'createWebhook',
  method: 'POST',
  path: '/api/clients/:clientId/webhooks',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Makes a webhook. The secret that its deliveries are signed with is shown this once.',
  params: clientParams,
  body: z.object({ ...fields, description: z._default(fields.description, '') }),
  status: 201,
  answer: z.object({ webhook: webhookView, secret: z.string() }),
});

export const updateWebhook = defineEndpoint({
  name: 'updateWebhook',
  method: 'PATCH',
  path: '/api/clients/:clientId/webhooks/:webhookId',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Changes a webhook, or switches it on or off. What happens while it is off is not sent later.',
  params: webhookParams,
  body: z.object({
    url: z.optional(fields.url),
    description: z.optional(fields.description),
    events: z.optional(fields.events),
    enabled: z.optional(z.boolean('Must be true or false.')),
  }),
  status: 200,
  answer: webhookView,
});

export const deleteWebhook = defineEndpoint({
  name: 'deleteWebhook',
  method: 'DELETE',
  path: '/api/clients/:clientId/webhooks/:webhookId',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Removes a webhook with its deliveries, those still to be sent as well.',
  params: webhookParams,
  status: 204,
});

export const rotateOutgoingSecret = defineEndpoint({
  name: 'rotateOutgoingSecret',
  method: 'POST',
  path: '/api/clients/:clientId/webhooks/:webhookId/secret',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary:
    'Makes a new secret for a webhook, shown this once. What is sent from then on is signed with it, and for 24 hours with the one before as well.',
  params: webhookParams,
  status: 201,
  answer: z.object({ secret: z.string(), previousSecretUntil: z.string() }),
});

export const endPreviousSecret = defineEndpoint({
  name: 'endPreviousSecret',
  method: 'DELETE',
  path: '/api/clients/:clientId/webhooks/:webhookId/previous-secret',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Signs with the present secret alone from now on. Harmless when there is none before it.',
  params: webhookParams,
  status: 204,
});

export const testWebhook = defineEndpoint({
  name: 'testWebhook',
  method: 'POST',
  path: '/api/clients/:clientId/webhooks/:webhookId/test',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Sends the event webhook.test, once, also to a webhook that is switched off.',
  params: webhookParams,
  status: 201,
  answer: deliveryView,
});

export const listDeliveries = defineEndpoint({
  name: 'listDeliveries',
  method: 'GET',
  path: '/api/clients/:clientId/webhooks/:webhookId/deliveries',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Deliveries of a webhook, newest first; kept for 30 days.',
  params: webhookParams,
  query: z.object({ ...field.pageQuery, state: z.optional(z.enum(deliveryStates, 'Must be a state of deliveries.')) }),
  status: 200,
  answer: field.pageOf(deliveryView),
});

export const getDelivery = defineEndpoint({
  name: 'getDelivery',
  method: 'GET',
  path: '/api/clients/:clientId/webhooks/:webhookId/deliveries/:deliveryId',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'One delivery with its body and the beginning of what was answered.',
  params: deliveryParams,
  status: 200,
  answer: deliveryDetailsView,
});

export const sendDeliveryAgain = defineEndpoint({
  name: 'sendDeliveryAgain',
  method: 'POST',
  path: '/api/clients/:clientId/webhooks/:webhookId/deliveries/:deliveryId/send-again',
  access: { kind: 'member', permission: 'webhooks.manage' },
  area,
  summary: 'Sends a delivery again, now and under the same id. One whose content has been erased is a conflict.',
  params: deliveryParams,
  status: 200,
  answer: deliveryView,
});

/** The body of a request, as receivers get it. */
export interface DeliveryBody {
  id: string;
  type: WebhookEvent | typeof webhookTestEvent;
  createdAt: string;
  data: Record<string, unknown>;
}
