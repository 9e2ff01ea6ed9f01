import * as contract from '../../../shared/contracts/webhooks.ts';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { webhookTestEvent } from '../../../shared/webhook-vocabulary.ts';
import type { Deps } from '../../deps.ts';
import { paginate } from '../../http/paginate.ts';
import { HttpProblem } from '../../http/problem.ts';
import { type Route, route } from '../../http/route.ts';
import { createSealing } from '../../lib/sealing.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { changeWebhook, endPreviousSecret, foundWebhook, removeWebhook, rotateSecret } from './change-webhook.ts';
import { presentDelivery, presentDeliveryDetails } from './delivery.presenter.ts';
import { makeWebhook } from './make-webhook.ts';
import { presentWebhook } from './webhook.presenter.ts';

const earliestFirst = {
  direction: 'ascending',
  positionOf: (webhook: Webhook) => ({ at: webhook.createdAt, id: webhook.id }),
} as const;

const testPayload = { text: 'This is a test of your webhook. Nothing has happened in a conversation.' };

/** Outgoing webhooks and their deliveries, for owners and admins. What sends them is the delivery worker. */
export function webhooksRoutes(deps: Pick<Deps, 'storage' | 'bus' | 'newId' | 'now' | 'secrets'>): Route[] {
  const { bus } = deps;
  const present = (webhook: Webhook) => presentWebhook(webhook, deps.now());
  const sealing = createSealing(deps.secrets.sealingKeys);
  const tell = ({ clientId }: ClientStorage, webhookId: string) =>
    bus.publish('webhook.changed', { clientId, webhookId });
  return [
    route(contract.listWebhooks, async ({ caller, query }) => {
      const page = paginate(await caller.storage.outgoingWebhooks.list(), query, earliestFirst);
      return { items: page.items.map(present), nextCursor: page.nextCursor };
    }),

    route(contract.createWebhook, async ({ caller, body, request: { requestId } }) => {
      const { webhook, secret } = await makeWebhook({ ...deps, sealing }, { caller, input: body, requestId });
      tell(caller.storage, webhook.id);
      return { webhook: present(webhook), secret };
    }),

    route(contract.updateWebhook, async ({ caller, params: { webhookId }, body, request: { requestId } }) => {
      const webhook = await changeWebhook(deps, { caller, webhookId, wish: body, requestId });
      tell(caller.storage, webhook.id);
      return present(webhook);
    }),

    route(contract.deleteWebhook, async ({ caller, params: { webhookId }, request: { requestId } }) => {
      await removeWebhook(deps, { caller, webhookId, requestId });
      tell(caller.storage, webhookId);
      return undefined;
    }),

    route(contract.rotateOutgoingSecret, async ({ caller, params: { webhookId }, request: { requestId } }) => {
      const made = await rotateSecret({ ...deps, sealing }, { caller, webhookId, requestId });
      return { secret: made.secret, previousSecretUntil: made.previousSecretUntil.toISOString() };
    }),

    route(contract.endPreviousSecret, async ({ caller, params: { webhookId }, request: { requestId } }) => {
      await endPreviousSecret(deps, { caller, webhookId, requestId });
      return undefined;
    }),

    route(contract.testWebhook, async ({ caller, params: { webhookId } }) => {
      const test = { event: webhookTestEvent, payload: testPayload } as const;
      const delivery = await caller.storage.outgoingWebhooks.enqueue(webhookId, test);
      tell(caller.storage, webhookId);
      return presentDelivery(delivery);
    }),

    route(contract.listDeliveries, async ({ caller, params, query }) => {
      const { id } = await foundWebhook(caller.storage, params.webhookId);
      const { state, ...page } = query;
      const { items, nextCursor } = await caller.storage.outgoingWebhooks.listDeliveries(id, { state }, page);
      return { items: items.map(presentDelivery), nextCursor };
    }),

    route(contract.getDelivery, async ({ caller, params }) =>
      presentDeliveryDetails(await foundDelivery(caller.storage, params)),
    ),

    route(contract.sendDeliveryAgain, async ({ caller, params }) => {
      const { id } = await foundDelivery(caller.storage, params);
      const { enabled } = await foundWebhook(caller.storage, params.webhookId);
      const delivery = await caller.storage.outgoingWebhooks.sendAgain(id, { byHand: !enabled });
      if (!delivery) {
        throw new HttpProblem('conflict', 'What this delivery was about has been erased: there is nothing to send.');
      }
      tell(caller.storage, params.webhookId);
      return presentDelivery(delivery);
    }),
  ];
}

/** @throws NotFoundError `delivery`, also when it is another webhook's */
async function foundDelivery(
  own: ClientStorage,
  { webhookId, deliveryId }: { webhookId: string; deliveryId: string },
): Promise<WebhookDelivery> {
  const delivery = await own.outgoingWebhooks.findDelivery(deliveryId);
  if (delivery?.webhookId !== webhookId) throw new NotFoundError('delivery');
  return delivery;
}
