import { beforeEach, describe, expect, it } from 'vitest';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import { type DeliveryClaim, type DeliveryOutcome, expiredFailure } from '../repositories/delivery-queue.ts';
import type { ClientStorage } from '../storage.ts';
import { type OpenHarness, useHarness } from './harness.ts';
import { webhookInput } from './isolation-webhooks.ts';
import { addClient, strangeId } from './worlds.ts';

export function deliveryQueueSuite(open: OpenHarness): void {
  describe('delivery queue', () => {
    const t = useHarness(open);
    let clients: ClientStorage[] = [];
    let client: ClientStorage;
    let webhook: Webhook;
    const queue = () => t.storage.deliveryQueue;

    const newClient = async () => {
      const { client } = await addClient(t.storage);
      clients.push(client);
      return client;
    };
    beforeEach(async () => {
      for (const old of clients) await old.client.remove();
      clients = [];
      client = await newClient();
      webhook = await client.outgoingWebhooks.create(webhookInput({ events: ['conversation.created'] }));
    });

    const later = (ms: number) => new Date(t.env.now().getTime() + ms);
    /** A delivery that is not asked for by hand, made now. */
    const add = async (of: Webhook = webhook, owner = client): Promise<WebhookDelivery> => {
      t.env.advance(1);
      const { conversation } = await owner.conversations.create({});
      const { items } = await owner.outgoingWebhooks.listDeliveries(of.id, {}, { limit: 100 });
      return items.find(({ conversationId }) => conversationId === conversation.id)!;
    };
    const claim = (wanted: Partial<DeliveryClaim> = {}) =>
      queue().claim({ limit: 100, perWebhook: 100, leaseMs: 1_000, exceptClients: [], exceptWebhooks: [], ...wanted });
    const ids = (deliveries: WebhookDelivery[]) => deliveries.map(({ id }) => id);
    const outcome = (given: Partial<DeliveryOutcome> = {}): DeliveryOutcome => ({
      ...{ state: 'delivered', httpStatus: 200, failure: null, durationMs: 12, response: 'ok' },
      ...given,
    });
    const failed = outcome({ state: 'failed', httpStatus: 500, failure: 'No.', response: null });

    describe('claim', () => {
      it('takes what is due, the longest due first, for the time asked, and counts the attempt', async () => {
        const all = [await add(), await add(), await add()];
        const claimed = await claim({ leaseMs: 7_000 });
        const lease = { leaseId: expect.any(String), leaseUntil: later(7_000) };
        expect(claimed).toEqual(all.map((one) => ({ ...one, ...lease, attempts: 1, lastAttemptAt: t.env.now() })));
        expect(await client.outgoingWebhooks.findDelivery(all[0]!.id)).toEqual(claimed[0]);
        expect(await claim()).toEqual([]);
      });

      it('leaves what is not due yet', async () => {
        const { id } = await add();
        const [claimed] = await claim();
        await queue().settle(claimed!, outcome({ state: 'pending', nextTryAt: later(10), httpStatus: 500 }));
        t.env.advance(9);
        expect(await claim()).toEqual([]);
        t.env.advance(1);
        expect(ids(await claim())).toEqual([id]);
      });

      it('gives every client a turn before any has a second', async () => {
        const other = await newClient();
        const theirs = await other.outgoingWebhooks.create(webhookInput({ events: ['conversation.created'] }));
        const mine = [await add(), await add(), await add()];
        const late = [await add(theirs, other), await add(theirs, other)];
        expect(ids(await claim({ limit: 4 }))).toEqual(ids([mine[0]!, late[0]!, mine[1]!, late[1]!]));
        expect(ids(await claim())).toEqual(ids([mine[2]!]));
      });

      it('takes at most so many of a webhook, one of one that is failing, none of those it is told to pass over', async () => {
        for (let n = 0; n < 3; n++) await add();
        expect(await claim({ exceptClients: [client.clientId] })).toEqual([]);
        expect(await claim({ exceptWebhooks: [webhook.id] })).toEqual([]);
        expect(await claim({ exceptClients: [strangeId() as never], exceptWebhooks: [strangeId()], limit: 0 })).toEqual(
          [],
        );
        const [one] = await claim({ perWebhook: 1 });
        await queue().settle(one!, failed);
        expect(await claim({ perWebhook: 2 })).toHaveLength(1);
      });

      it('takes one of a switched off webhook only when it was asked for by hand', async () => {
        await add();
        await client.outgoingWebhooks.update(webhook.id, { enabled: false });
        expect(await claim()).toEqual([]);
        const test = await client.outgoingWebhooks.enqueue(webhook.id, { event: 'webhook.test', payload: {} });
        expect(ids(await claim())).toEqual([test.id]);
        await client.outgoingWebhooks.update(webhook.id, { enabled: true });
        expect(await claim()).toHaveLength(1);
      });

      it('takes a delivery again when its lease has ended, under a new one', async () => {
        await add();
        const [first] = await claim({ leaseMs: 1_000 });
        t.env.advance(999);
        expect(await claim()).toEqual([]);
        t.env.advance(1);
        const [second] = await claim();
        expect(second).toMatchObject({ id: first!.id, attempts: 2 });
        expect(second!.leaseId).not.toBe(first!.leaseId);
        expect(await queue().settle(first!, outcome())).toBeUndefined();
        expect(await queue().release(first!)).toBe(false);
        expect(await queue().settle(second!, outcome())).toBeDefined();
      });

      it('gives each delivery to one of many who ask at once', async () => {
        const all = [];
        for (let n = 0; n < 12; n++) all.push(await add());
        const claimed = (await Promise.all(Array.from({ length: 8 }, () => claim({ limit: 3 })))).flat();
        const rest = await claim();
        expect(ids([...claimed, ...rest]).sort()).toEqual(ids(all).sort());
      });
    });

    describe('settle', () => {
      it('writes down how it ended, and lets go of it', async () => {
        const { id } = await add();
        const [claimed] = await claim();
        await queue().settle(claimed!, outcome());
        const ended = { state: 'delivered', httpStatus: 200, failure: null, durationMs: 12, response: 'ok' };
        expect(await client.outgoingWebhooks.findDelivery(id)).toEqual({
          ...{ ...claimed!, ...ended },
          ...{ leaseId: null, leaseUntil: null },
        });
        expect(await queue().settle(claimed!, outcome())).toBeUndefined();
        expect(await claim()).toEqual([]);
      });

      it('keeps since when a webhook fails and how many were given up, until one arrives', async () => {
        for (let n = 0; n < 4; n++) await add();
        const settle = async (how: DeliveryOutcome) => {
          const [claimed] = await claim({ limit: 1 });
          t.env.advance(1);
          return (await queue().settle(claimed!, how))!;
        };
        const tried = await settle(
          outcome({ state: 'pending', nextTryAt: later(9_999), httpStatus: null, failure: 'No.' }),
        );
        const since = t.env.now();
        expect(tried).toMatchObject({ failingSince: since, failuresInRow: 0, lastSuccessAt: null });
        expect(await settle(failed)).toMatchObject({ failingSince: since, failuresInRow: 1 });
        expect(await settle(failed)).toMatchObject({ failingSince: since, failuresInRow: 2 });
        const well = await settle(outcome());
        expect(well).toMatchObject({ failingSince: null, failuresInRow: 0, lastSuccessAt: t.env.now() });
        expect(await client.outgoingWebhooks.find(webhook.id)).toEqual(well);
      });

      it('takes a failure of what was asked for by hand for no fault of the webhook, and a success for one that arrived', async () => {
        for (const how of [failed, outcome()]) {
          await client.outgoingWebhooks.enqueue(webhook.id, { event: 'webhook.test', payload: {} });
          const [claimed] = await claim();
          const after = (await queue().settle(claimed!, how))!;
          const succeeded = how === failed ? null : t.env.now();
          expect(after).toMatchObject({ failingSince: null, failuresInRow: 0, lastSuccessAt: succeeded });
        }
      });

      it('answers undefined when the webhook is gone', async () => {
        await add();
        const [claimed] = await claim();
        await client.outgoingWebhooks.remove(webhook.id);
        expect(await queue().settle(claimed!, outcome())).toBeUndefined();
        expect(await queue().release(claimed!)).toBe(false);
      });
    });

    it('release gives a delivery back without counting the attempt', async () => {
      const { id } = await add();
      const [claimed] = await claim();
      expect(await queue().release(claimed!)).toBe(true);
      expect(await queue().release(claimed!)).toBe(false);
      const [again] = await claim();
      expect(again).toMatchObject({ id, attempts: 1 });
    });

    it('listeners are the clients with an enabled webhook, each once', async () => {
      await client.outgoingWebhooks.create(webhookInput());
      const other = await newClient();
      const off = await other.outgoingWebhooks.create(webhookInput());
      const mine = async () => {
        const own = new Set<string>([client.clientId, other.clientId]);
        return (await queue().listeners()).filter((id) => own.has(id)).sort();
      };
      expect(await mine()).toEqual([client.clientId, other.clientId].sort());
      await other.outgoingWebhooks.update(off.id, { enabled: false });
      expect(await mine()).toEqual([client.clientId]);
    });

    it('waiting counts what is due and free of webhooks that are well, and the webhooks that are failing', async () => {
      expect(await queue().waiting()).toEqual({ count: 0, oldest: null, webhooksFailing: 0 });
      const first = await add();
      await add();
      expect(await queue().waiting()).toEqual({ count: 2, oldest: first.nextTryAt, webhooksFailing: 0 });
      const [claimed] = await claim({ limit: 1 });
      expect(await queue().waiting()).toMatchObject({ count: 1 });
      await queue().settle(claimed!, { ...failed, state: 'pending', nextTryAt: later(60_000) });
      expect(await queue().waiting()).toEqual({ count: 0, oldest: null, webhooksFailing: 1 });
      await client.outgoingWebhooks.update(webhook.id, { enabled: false });
      expect(await queue().waiting()).toEqual({ count: 0, oldest: null, webhooksFailing: 0 });
    });

    it('expire gives up what was due before then of webhooks that are switched off, and nothing else', async () => {
      const [old, fresh] = [await add(), await add()];
      const test = await client.outgoingWebhooks.enqueue(webhook.id, { event: 'webhook.test', payload: {} });
      expect(await queue().expire(later(1))).toBe(0);
      await client.outgoingWebhooks.update(webhook.id, { enabled: false });
      expect(await queue().expire(fresh!.nextTryAt)).toBe(1);
      const states = await Promise.all([old, fresh, test].map((one) => client.outgoingWebhooks.findDelivery(one!.id)));
      expect(states.map((one) => [one!.state, one!.failure])).toEqual([
        ['failed', expiredFailure],
        ['pending', null],
        ['pending', null],
      ]);
    });

    it('prune removes what is over and was made before then', async () => {
      const [first, second, third] = [await add(), await add(), await add()];
      const [claimed] = await claim({ limit: 1 });
      await queue().settle(claimed!, outcome());
      const [next] = await claim({ limit: 1 });
      await queue().settle(next!, failed);
      expect(await queue().prune(second!.createdAt)).toBe(1);
      expect(await queue().prune(later(1))).toBe(1);
      expect(await queue().prune(later(1))).toBe(0);
      const left = await Promise.all(
        [first, second, third].map((one) => client.outgoingWebhooks.findDelivery(one!.id)),
      );
      expect(left.map((one) => one?.id)).toEqual([undefined, undefined, third!.id]);
    });
  });
}
