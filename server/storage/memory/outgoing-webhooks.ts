import type { ClientId } from '../../../shared/ids.ts';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { OutgoingWebhooksRepository } from '../repositories/outgoing-webhooks.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { unsent } from './mem-outbox.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';
import { webhookDeliveries, webhooks } from './mem-webhook-tables.ts';

export function createOutgoingWebhooks(
  { env, read, write }: MemContext,
  clientId: ClientId,
): OutgoingWebhooksRepository {
  const wanted = (tx: MemTransaction, id: string): Webhook => {
    const webhook = tx.of(webhooks).get(ownedKey(clientId, id));
    if (webhook === undefined) throw new NotFoundError('webhook');
    return webhook;
  };

  return {
    create: ({ id, url, description, events, sealedSecret }) =>
      write((tx) => {
        const now = env.now();
        return tx.of(webhooks).insert({
          clientId,
          id: idOf(id),
          url,
          description,
          events,
          sealedSecret,
          previousSealedSecret: null,
          previousSecretUntil: null,
          enabled: true,
          failingSince: null,
          failuresInRow: 0,
          lastSuccessAt: null,
          switchedOffAt: null,
          switchedOffReason: null,
          createdAt: now,
          updatedAt: now,
        });
      }),

    find: (id) => read((tx) => tx.of(webhooks).get(ownedKey(clientId, id))),

    list: () => read((tx) => [...tx.of(webhooks).scan('client', clientId)]),

    update: (id, patch) =>
      write((tx) => {
        const { url, description, events, sealedSecret, previousSealedSecret, previousSecretUntil, enabled } = patch;
        const { failingSince, failuresInRow, switchedOffAt, switchedOffReason } = patch;
        const facts = { failingSince, failuresInRow, switchedOffAt, switchedOffReason };
        const secrets = { sealedSecret, previousSealedSecret, previousSecretUntil };
        const fields = { url, description, events, ...secrets, enabled, ...facts, updatedAt: env.now() };
        return tx.of(webhooks).update(wanted(tx, id), fields);
      }),

    remove: (id) => write((tx) => tx.of(webhooks).remove([wanted(tx, id)])),

    enqueue: (webhookId, { event, payload }) =>
      write((tx) => {
        const { id } = wanted(tx, webhookId);
        const now = env.now();
        const what = { clientId, id: env.newId(), webhookId: id, conversationId: null, event, payload };
        return tx.of(webhookDeliveries).insert({ ...what, ...unsent, byHand: true, nextTryAt: now, createdAt: now });
      }),

    findDelivery: (id) => read((tx) => tx.of(webhookDeliveries).get(ownedKey(clientId, id))),

    listDeliveries: (webhookId, { state }, { limit, cursor }) =>
      read((tx) => {
        const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
        const beyond = position && { createdAt: position.at, id: position.id };
        const options = { descending: true, beyond };
        const rows = tx.of(webhookDeliveries).scan('webhook', ownedKey(clientId, webhookId), options);
        return takePage(only(rows, state), limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
      }),

    sendAgain: (id, { byHand = false } = {}) =>
      write((tx) => {
        const delivery = tx.of(webhookDeliveries).get(ownedKey(clientId, id));
        if (delivery === undefined || delivery.payload === null) return undefined;
        return tx.of(webhookDeliveries).update(delivery, {
          state: 'pending',
          byHand: byHand || delivery.byHand || delivery.state !== 'pending',
          nextTryAt: env.now(),
          leaseId: null,
          leaseUntil: null,
        });
      }),

    eraseOfConversations: (conversationIds) =>
      write((tx) => {
        let erased = 0;
        for (const id of new Set(conversationIds.map(idOf))) {
          for (const delivery of [...tx.of(webhookDeliveries).scan('conversation', ownedKey(clientId, id))]) {
            if (delivery.payload === null && delivery.response === null) continue;
            erased++;
            const dropped = delivery.state === 'pending' && { state: 'dropped' as const };
            const nobodys = { leaseId: null, leaseUntil: null };
            tx.of(webhookDeliveries).update(delivery, { payload: null, response: null, ...nobodys, ...dropped });
          }
        }
        return erased;
      }),
  };
}

function* only(
  rows: Iterable<WebhookDelivery>,
  state: WebhookDelivery['state'] | undefined,
): Generator<WebhookDelivery, void, undefined> {
  for (const row of rows) if (state === undefined || row.state === state) yield row;
}
