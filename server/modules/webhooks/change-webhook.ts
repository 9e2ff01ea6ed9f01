import { isDeepStrictEqual } from 'node:util';
import type { Webhook } from '../../../shared/schema.ts';
import type { WebhookEvent } from '../../../shared/webhook-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import type { Sealing } from '../../lib/sealing.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { graceMs, newOutgoingSecret, outgoingSecretContext } from './outgoing-secret.ts';
import { recordWebhookChange } from './record-webhook-change.ts';

interface Change {
  caller: MemberCaller;
  webhookId: string;
  requestId: string;
}

export interface WebhookWish {
  url?: string | undefined;
  description?: string | undefined;
  events?: WebhookEvent[] | undefined;
  enabled?: boolean | undefined;
}

/**
 * The webhook with what is wished, with an audit row of what changed; a wish that changes nothing stores nothing. Switched
 * on, it starts without anything held against it. @throws NotFoundError `webhook`
 */
export async function changeWebhook(
  { storage }: Pick<Deps, 'storage'>,
  { caller, webhookId, requestId, wish }: Change & { wish: WebhookWish },
): Promise<Webhook> {
  return storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const before = await foundWebhook(own, webhookId);
    const wanted = { ...wish, events: wish.events && [...new Set(wish.events)] };
    const names = ['url', 'description', 'events', 'enabled'] as const;
    const changed = names.filter(
      (name) => wanted[name] !== undefined && !isDeepStrictEqual(wanted[name], before[name]),
    );
    if (changed.length === 0) return before;
    const patch = Object.fromEntries(changed.map((name) => [name, wanted[name]]));
    const isSwitchedOn = changed.includes('enabled') && wish.enabled;
    const anew = { failingSince: null, failuresInRow: 0, switchedOffAt: null, switchedOffReason: null };
    const webhook = await own.outgoingWebhooks.update(webhookId, { ...patch, ...(isSwitchedOn && anew) });
    const verb = changed.length > 1 || changed[0] !== 'enabled' ? 'updated' : wish.enabled ? 'enabled' : 'disabled';
    await recordWebhookChange(own, { webhook, verb, by: { user: caller.user, requestId }, details: { changed } });
    return webhook;
  });
}

/** Removes a webhook with its deliveries, with an audit row. @throws NotFoundError `webhook` */
export async function removeWebhook(
  { storage }: Pick<Deps, 'storage'>,
  { caller, webhookId, requestId }: Change,
): Promise<void> {
  await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const webhook = await foundWebhook(own, webhookId);
    await own.outgoingWebhooks.remove(webhookId);
    await recordWebhookChange(own, { webhook, verb: 'deleted', by: { user: caller.user, requestId } });
  });
}

/**
 * Gives a webhook a new secret, with an audit row, and answers it open. The one before goes on signing beside it for a
 * while, the one before that no longer. @throws NotFoundError `webhook`
 */
export async function rotateSecret(
  { storage, sealing, now }: Pick<Deps, 'storage' | 'now'> & { sealing: Sealing },
  { caller, webhookId, requestId }: Change,
): Promise<{ secret: string; previousSecretUntil: Date }> {
  const secret = newOutgoingSecret();
  const previousSecretUntil = new Date(now().getTime() + graceMs);
  await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const webhook = await foundWebhook(own, webhookId);
    const sealedSecret = sealing.seal(secret, outgoingSecretContext(webhook));
    const previous = { previousSealedSecret: webhook.sealedSecret, previousSecretUntil };
    await own.outgoingWebhooks.update(webhookId, { sealedSecret, ...previous });
    await recordWebhookChange(own, { webhook, verb: 'secretRotated', by: { user: caller.user, requestId } });
  });
  return { secret, previousSecretUntil };
}

/**
 * Ends the grace of the secret before, which is forgotten, with an audit row; without one nothing happens.
 * @throws NotFoundError `webhook`
 */
export async function endPreviousSecret(
  { storage }: Pick<Deps, 'storage'>,
  { caller, webhookId, requestId }: Change,
): Promise<void> {
  await storage.transaction(async (scope) => {
    const own = scope.forClient(caller.clientId);
    const webhook = await foundWebhook(own, webhookId);
    if (webhook.previousSealedSecret === null) return;
    await own.outgoingWebhooks.update(webhookId, { previousSealedSecret: null, previousSecretUntil: null });
    await recordWebhookChange(own, { webhook, verb: 'previousSecretEnded', by: { user: caller.user, requestId } });
  });
}

/** @throws NotFoundError `webhook` */
export async function foundWebhook(own: ClientStorage, webhookId: string): Promise<Webhook> {
  const webhook = await own.outgoingWebhooks.find(webhookId);
  if (!webhook) throw new NotFoundError('webhook');
  return webhook;
}
