import type { Webhook } from '../../../shared/schema.ts';
import type { SwitchOffReason } from '../../../shared/webhook-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import { recordWebhookChange } from './record-webhook-change.ts';

/** A webhook to which nothing has arrived for so long is switched off. */
const failingMsMax = 3 * 24 * 60 * 60 * 1000;
/** The same for one of whose deliveries so many were given up in a row. */
const failuresInRowMax = 50;

/** Whether a webhook has failed for so long that it is not worth trying. */
export function hasFailedForLong({ failingSince, failuresInRow }: Webhook, now: Date): boolean {
  if (failingSince === null) return false;
  return failuresInRow >= failuresInRowMax || now.getTime() - failingSince.getTime() >= failingMsMax;
}

/** Switches a webhook off, with an audit row and the reason on its owner's page. Does nothing to one that is off. */
export async function switchOff(
  { storage, bus, log, now }: Pick<Deps, 'storage' | 'bus' | 'log' | 'now'>,
  { clientId, id: webhookId }: Pick<Webhook, 'clientId' | 'id'>,
  reason: SwitchOffReason,
): Promise<void> {
  const isOff = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.outgoingWebhooks.find(webhookId);
    if (!before?.enabled) return false;
    const off = { enabled: false, switchedOffAt: now(), switchedOffReason: reason };
    const webhook = await own.outgoingWebhooks.update(webhookId, off);
    await recordWebhookChange(own, { webhook, verb: 'switchedOff', details: { reason } });
    return true;
  });
  if (!isOff) return;
  log.warn({ event: 'webhook.switched-off', clientId, webhookId, reason });
  bus.publish('webhook.changed', { clientId, webhookId });
}
