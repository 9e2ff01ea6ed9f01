/** The words of outgoing webhooks, shared by tables, contracts and screens. */

/** What an owner can have sent. */
export const webhookEvents = [
  'conversation.created',
  'conversation.updated',
  'conversation.closed',
  'message.created',
  'handoff.requested',
  'handoff.resolved',
  'rating.created',
] as const;
export type WebhookEvent = (typeof webhookEvents)[number];

/** Sent when somebody asks for it, whatever the webhook is there for. */
export const webhookTestEvent = 'webhook.test';
export type DeliveredEvent = WebhookEvent | typeof webhookTestEvent;

/** `dropped`: what it was about has been erased before it was sent. */
export const deliveryStates = ['pending', 'delivered', 'failed', 'dropped'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

/** Why the server switched a webhook off: its receiver said so (410), or has failed for too long. */
export const switchOffReasons = ['gone', 'failing'] as const;
export type SwitchOffReason = (typeof switchOffReasons)[number];

/** What of a conversation `conversation.updated` tells that it is new. */
export const toldChanges = ['status', 'assigneeId', 'tags'] as const;
export type ToldChange = (typeof toldChanges)[number];
