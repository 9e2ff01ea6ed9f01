import { queryOptions } from '@tanstack/react-query';
import {
  type DeliveryView,
  getDelivery,
  listDeliveries,
  listWebhooks,
  type WebhookView,
} from '../../../../../shared/contracts/webhooks.ts';
import type { DeliveryState } from '../../../../../shared/webhook-vocabulary.ts';
import { call } from '../../lib/api.ts';
import { pagedQuery, readAll } from '../../lib/paging.ts';

const queryOf = (cursor: string | undefined) => (cursor === undefined ? {} : { cursor });

/** All of a client's webhooks: there are few. */
export const webhooksQuery = (clientId: string) =>
  queryOptions({
    queryKey: ['webhooks', clientId],
    queryFn: ({ signal }) =>
      readAll<WebhookView>((cursor) =>
        call(listWebhooks, { params: { clientId }, query: queryOf(cursor) }, { signal }),
      ),
  });

export const deliveriesKey = (clientId: string, webhookId: string) => ['webhook-deliveries', clientId, webhookId];

export const deliveriesQuery = (clientId: string, webhookId: string, state: DeliveryState | 'all') =>
  pagedQuery<DeliveryView>([...deliveriesKey(clientId, webhookId), state], (cursor, signal) =>
    call(
      listDeliveries,
      { params: { clientId, webhookId }, query: { ...queryOf(cursor), ...(state !== 'all' && { state }) } },
      { signal },
    ),
  );

/** One delivery with its body. It changes with every attempt, so it is asked for anew when the delivery has. */
export const deliveryQuery = (clientId: string, { webhookId, id, attempts, state }: DeliveryView) =>
  queryOptions({
    queryKey: ['webhook-delivery', clientId, id, attempts, state],
    queryFn: ({ signal }) => call(getDelivery, { params: { clientId, webhookId, deliveryId: id } }, { signal }),
  });
