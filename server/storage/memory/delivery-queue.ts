import type { ClientId } from '../../../shared/ids.ts';
import type { WebhookDelivery } from '../../../shared/schema.ts';
import { type DeliveryQueueRepository, expiredFailure } from '../repositories/delivery-queue.ts';
import type { MemContext } from './mem-context.ts';
import type { MemTransaction } from './mem-database.ts';
import { byInstantThenId, ownedKey } from './mem-values.ts';
import { webhookDeliveries, webhookOf, webhooks } from './mem-webhook-tables.ts';

const atOnceMax = 1_000;

export function createDeliveryQueue({ env, read, write }: MemContext): DeliveryQueueRepository {
  /** The delivery as it is, as long as whoever holds `claimed` has not lost it. */
  const held = (tx: MemTransaction, claimed: WebhookDelivery): WebhookDelivery | undefined => {
    const delivery = tx.of(webhookDeliveries).get(ownedKey(claimed.clientId, claimed.id));
    const isHeld = delivery !== undefined && delivery.leaseId !== null && delivery.leaseId === claimed.leaseId;
    return isHeld ? delivery : undefined;
  };

  return {
    claim: ({ limit, perWebhook, leaseMs, exceptClients, exceptWebhooks }) =>
      write((tx) => {
        const now = env.now();
        const byClient = new Map<ClientId, WebhookDelivery[]>();
        for (const webhook of tx.of(webhooks).all()) {
          if (exceptClients.includes(webhook.clientId) || exceptWebhooks.includes(webhook.id)) continue;
          let places = webhook.failingSince === null ? perWebhook : 1;
          for (const delivery of tx.of(webhookDeliveries).scan('due', ownedKey(webhook.clientId, webhook.id))) {
            if (delivery.nextTryAt > now || places === 0) break;
            const isFree = delivery.leaseUntil === null || delivery.leaseUntil <= now;
            if (!isFree || !(webhook.enabled || delivery.byHand)) continue;
            places--;
            byClient.set(webhook.clientId, [...(byClient.get(webhook.clientId) ?? []), delivery]);
          }
        }
        const turns = [...byClient.values()].flatMap((own) =>
          own.sort(longestDueFirst).map((delivery, turn) => ({ delivery, turn })),
        );
        turns.sort((a, b) => a.turn - b.turn || longestDueFirst(a.delivery, b.delivery));
        const lease = { leaseId: env.newId(), leaseUntil: new Date(now.getTime() + leaseMs) };
        return turns.slice(0, limit).map(({ delivery }) => {
          const attempt = { ...lease, attempts: delivery.attempts + 1, lastAttemptAt: now };
          return tx.of(webhookDeliveries).update(delivery, attempt);
        });
      }),

    settle: (claimed, { state, nextTryAt, httpStatus, failure, durationMs, response }) =>
      write((tx) => {
        const delivery = held(tx, claimed);
        const webhook = tx.of(webhooks).get(webhookOf(claimed));
        if (delivery === undefined || webhook === undefined) return undefined;
        const ended = { httpStatus, failure, durationMs, response, leaseId: null, leaseUntil: null };
        tx.of(webhookDeliveries).update(delivery, { state, nextTryAt, ...ended });
        const now = env.now();
        if (state === 'delivered') {
          return tx.of(webhooks).update(webhook, { lastSuccessAt: now, failingSince: null, failuresInRow: 0 });
        }
        if (delivery.byHand) return webhook;
        return tx.of(webhooks).update(webhook, {
          failingSince: webhook.failingSince ?? now,
          failuresInRow: webhook.failuresInRow + (state === 'failed' ? 1 : 0),
        });
      }),

    release: (claimed) =>
      write((tx) => {
        const delivery = held(tx, claimed);
        if (delivery === undefined) return false;
        const unclaimed = { leaseId: null, leaseUntil: null, attempts: delivery.attempts - 1 };
        tx.of(webhookDeliveries).update(delivery, unclaimed);
        return true;
      }),

    waiting: () =>
      read((tx) => {
        const now = env.now();
        const enabled = [...tx.of(webhooks).all()].filter((webhook) => webhook.enabled);
        const due: Date[] = [];
        for (const { clientId, id, failingSince } of enabled) {
          if (failingSince !== null) continue;
          for (const { nextTryAt, leaseUntil } of tx.of(webhookDeliveries).scan('due', ownedKey(clientId, id))) {
            if (nextTryAt > now) break;
            if (leaseUntil === null || leaseUntil <= now) due.push(nextTryAt);
          }
        }
        const oldest = due.sort((a, b) => a.getTime() - b.getTime())[0] ?? null;
        const webhooksFailing = enabled.filter(({ failingSince }) => failingSince !== null).length;
        return { count: due.length, oldest, webhooksFailing };
      }),

    listeners: () =>
      read((tx) => {
        const listening = tx.of(webhooks).all();
        return [...new Set(listening.filter(({ enabled }) => enabled).map(({ clientId }) => clientId))];
      }),

    expire: (before) =>
      write((tx) => {
        let expired = 0;
        for (const { clientId, id, enabled } of tx.of(webhooks).all()) {
          if (enabled) continue;
          for (const delivery of [...tx.of(webhookDeliveries).scan('due', ownedKey(clientId, id))]) {
            if (delivery.nextTryAt >= before || expired === atOnceMax) break;
            if (delivery.byHand) continue;
            expired++;
            const nobodys = { leaseId: null, leaseUntil: null };
            tx.of(webhookDeliveries).update(delivery, { state: 'failed', failure: expiredFailure, ...nobodys });
          }
        }
        return expired;
      }),

    prune: (before) =>
      write((tx) => {
        const old: WebhookDelivery[] = [];
        for (const delivery of tx.of(webhookDeliveries).scan('ended', 'ended')) {
          if (delivery.createdAt >= before || old.push(delivery) === atOnceMax) break;
        }
        tx.of(webhookDeliveries).remove(old);
        return old.length;
      }),
  };
}

const longestDueFirst = (a: WebhookDelivery, b: WebhookDelivery) =>
  byInstantThenId({ at: a.nextTryAt, id: a.id }, { at: b.nextTryAt, id: b.id });
