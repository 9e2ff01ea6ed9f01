import type { WebhookView } from '../../../shared/contracts/webhooks.ts';
import type { Webhook } from '../../../shared/schema.ts';
import { sealedSecretsOf } from './outgoing-secret.ts';

/** A webhook as its owner sees it at the moment `now`: everything but the secrets. */
export function presentWebhook(webhook: Webhook, now: Date): WebhookView {
  const { switchedOffAt, switchedOffReason, previousSecretUntil } = webhook;
  const isInGrace = sealedSecretsOf(webhook, now).previous !== undefined;
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
    previousSecretUntil: isInGrace ? previousSecretUntil!.toISOString() : null,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
  };
}
