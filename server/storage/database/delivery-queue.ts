import { and, count, eq, isNotNull, isNull, lt, lte, min, ne, or, type SQL, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Webhook, type WebhookDelivery, webhookDeliveries, webhooks } from '../../../shared/schema.ts';
import {
  type DeliveryClaim,
  type DeliveryOutcome,
  type DeliveryQueueRepository,
  expiredFailure,
} from '../repositories/delivery-queue.ts';
import type { Handle } from './handle.ts';
import { owned } from './scope.ts';

const t = webhookDeliveries;

const atOnceMax = 1_000;

/*
 * To claim deliveries, to clear them away and to say who listens name no client: it is how a worker learns for which
 * client it works.
 */
export class DatabaseDeliveryQueue implements DeliveryQueueRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  async claim(wanted: DeliveryClaim): Promise<WebhookDelivery[]> {
    const { limit, perWebhook, leaseMs, exceptClients, exceptWebhooks } = wanted;
    const now = this.#handle.env.now();
    // From webhook to webhook by the index of what is pending, so that one with a long backlog costs no more than another.
    const due = sql`
      with recursive waiting as (
        (select d.client_id, d.webhook_id from webhook_deliveries d where d.state = 'pending'
          order by d.client_id, d.webhook_id limit 1)
        union all
        select n.client_id, n.webhook_id from waiting p cross join lateral (
          select d.client_id, d.webhook_id from webhook_deliveries d
          where d.state = 'pending' and (d.client_id, d.webhook_id) > (p.client_id, p.webhook_id)
          order by d.client_id, d.webhook_id limit 1
        ) n
      ), free as (
        select d.client_id, d.id, d.next_try_at from waiting p
        join webhooks w on w.client_id = p.client_id and w.id = p.webhook_id
        cross join lateral (
          select o.client_id, o.id, o.next_try_at from webhook_deliveries o
          where o.client_id = w.client_id and o.webhook_id = w.id and o.state = 'pending' and o.next_try_at <= ${now}
            and (o.lease_until is null or o.lease_until <= ${now}) and (w.enabled or o.by_hand)
          order by o.next_try_at, o.id
          limit case when w.failing_since is null then ${perWebhook}::integer else 1 end
          for update skip locked
        ) d
        where p.client_id <> all (${sql.param([...exceptClients])}::uuid[])
          and p.webhook_id <> all (${sql.param([...exceptWebhooks])}::uuid[])
      )
      select f.client_id, f.id from (
        select free.*, row_number() over (partition by client_id order by next_try_at, id) as turn from free
      ) f
      order by f.turn, f.next_try_at, f.id limit ${limit}`;
    const claimed = await this.#handle.write((db) =>
      db
        .with(db.$with('due', {}).as(due))
        .update(t)
        .set({
          leaseId: this.#handle.env.newId(),
          leaseUntil: new Date(now.getTime() + leaseMs),
          attempts: sql`${t.attempts} + 1`,
          lastAttemptAt: now,
        })
        .where(sql`(${t.clientId}, ${t.id}) in (select client_id, id from due)`)
        .returning(),
    );
    return byTurn(claimed);
  }

  settle(claimed: WebhookDelivery, outcome: DeliveryOutcome): Promise<Webhook | undefined> {
    const { state, nextTryAt, httpStatus, failure, durationMs, response } = outcome;
    const ended = { state, nextTryAt, httpStatus, failure, durationMs, response, leaseId: null, leaseUntil: null };
    return this.#handle.atomically(async (db) => {
      const isIt = owned(webhooks, claimed.clientId, eq(webhooks.id, claimed.webhookId));
      // The webhook first, as its removal does: the other way round two could wait for each other.
      const [webhook] = await db.select().from(webhooks).where(isIt).for('no key update');
      if (webhook === undefined) return undefined;
      const [delivery] = await db.update(t).set(ended).where(held(claimed)).returning({ byHand: t.byHand });
      if (delivery === undefined) return undefined;
      if (state !== 'delivered' && delivery.byHand) return webhook;
      const now = this.#handle.env.now();
      const news =
        state === 'delivered'
          ? { lastSuccessAt: now, failingSince: null, failuresInRow: 0 }
          : {
              failingSince: webhook.failingSince ?? now,
              failuresInRow: webhook.failuresInRow + (state === 'failed' ? 1 : 0),
            };
      const [after] = await db.update(webhooks).set(news).where(isIt).returning();
      return after;
    });
  }

  release(claimed: WebhookDelivery): Promise<boolean> {
    const unclaimed = { leaseId: null, leaseUntil: null, attempts: sql`${t.attempts} - 1` };
    return this.#handle.write(async (db) => {
      const released = await db.update(t).set(unclaimed).where(held(claimed)).returning({ id: t.id });
      return released.length > 0;
    });
  }

  async waiting(): Promise<{ count: number; oldest: Date | null; webhooksFailing: number }> {
    const now = this.#handle.env.now();
    const isDue = and(
      eq(t.state, sql`'pending'`),
      lte(t.nextTryAt, now),
      or(isNull(t.leaseUntil), lte(t.leaseUntil, now)),
    );
    const isTheirs = and(eq(webhooks.clientId, t.clientId), eq(webhooks.id, t.webhookId));
    const isWell = and(eq(webhooks.enabled, true), isNull(webhooks.failingSince));
    const isFailing = and(eq(webhooks.enabled, true), isNotNull(webhooks.failingSince));
    const [due, failing] = await this.#handle.snapshot(async (db) => [
      await db
        .select({ count: count(), oldest: min(t.nextTryAt) })
        .from(t)
        .innerJoin(webhooks, isTheirs)
        .where(and(isDue, isWell)),
      await db.select({ count: count() }).from(webhooks).where(isFailing),
    ]);
    return { ...due[0]!, webhooksFailing: failing[0]!.count };
  }

  async listeners(): Promise<ClientId[]> {
    const found = await this.#handle.read((db) =>
      db.selectDistinct({ clientId: webhooks.clientId }).from(webhooks).where(eq(webhooks.enabled, true)),
    );
    return found.map(({ clientId }) => clientId);
  }

  async expire(before: Date): Promise<number> {
    const overdue = sql`
      select d.client_id, d.id from webhooks w
      join webhook_deliveries d on d.client_id = w.client_id and d.webhook_id = w.id
      where not w.enabled and d.state = 'pending' and d.next_try_at < ${before} and not d.by_hand
      limit ${atOnceMax} for update of d skip locked`;
    const expired = await this.#handle.write((db) =>
      db
        .with(db.$with('overdue', {}).as(overdue))
        .update(t)
        .set({ state: 'failed', failure: expiredFailure, leaseId: null, leaseUntil: null })
        .where(sql`(${t.clientId}, ${t.id}) in (select client_id, id from overdue)`)
        .returning({ id: t.id }),
    );
    return expired.length;
  }

  prune(before: Date): Promise<number> {
    return this.#handle.write(async (db) => {
      const old = db
        .select({ clientId: t.clientId, id: t.id })
        .from(t)
        .where(and(ne(t.state, sql`'pending'`), lt(t.createdAt, before)))
        .orderBy(t.createdAt)
        .limit(atOnceMax);
      const removed = await db.delete(t).where(sql`(${t.clientId}, ${t.id}) in ${old}`).returning({ id: t.id });
      return removed.length;
    });
  }
}

/** The delivery, as long as whoever claimed it has not lost it. */
function held({ clientId, id, leaseId }: WebhookDelivery): SQL {
  return owned(t, clientId, eq(t.id, id), sql`${t.leaseId} = ${leaseId}::uuid`);
}

/** Clients take turns: the longest due of each comes before the second of any. */
function byTurn(claimed: WebhookDelivery[]): WebhookDelivery[] {
  const longestDueFirst = (a: WebhookDelivery, b: WebhookDelivery) =>
    a.nextTryAt.getTime() - b.nextTryAt.getTime() || (a.id < b.id ? -1 : 1);
  const taken = new Map<ClientId, number>();
  const turns = claimed.sort(longestDueFirst).map((delivery) => {
    const turn = taken.get(delivery.clientId) ?? 0;
    taken.set(delivery.clientId, turn + 1);
    return { delivery, turn };
  });
  return turns.sort((a, b) => a.turn - b.turn || longestDueFirst(a.delivery, b.delivery)).map((one) => one.delivery);
}
