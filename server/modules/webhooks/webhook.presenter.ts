import type { WebhookView } from '../../../shared/contracts/webhooks.ts';
import type { Webhook } from '../../../shared/schema.ts';

/** A webhook as its owner sees it: everything but the secret. */
export function presentWebhook(webhook: Webhook): WebhookView {
  const { switchedOffAt, switchedOffReason } = webhook;
  return {
    id: webhook.id,
    url: webhook.url,
    description: webhook.description,
    events: webhook.events,
    enabled: webhook.enabled,
    failingSince: webhook.failingSince?.toISOString() ?? null,
    lastSuccessAt: webhook.lastSuccessAt?.toISOString() ?? null,
    switchedOff:
      switchedOffAt && switchedOffReason ? { at: switchedOffAt.toISOString(), reason: switchedOffReason } : null,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}
