import type { ClientId } from '../../../shared/ids.ts';
import type { Webhook, WebhookDelivery } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { EventName } from '../../events/bus.ts';
import { createGuardedFetch } from '../../lib/guarded-fetch.ts';
import { onItsOwn } from '../../lib/request-scope.ts';
import { createSealing } from '../../lib/sealing.ts';
import { traced } from '../../tracing/tracing.ts';
import { type Sent, sendDelivery } from './send-delivery.ts';
import { hasFailedForLong, switchOff } from './switch-off.ts';

export type WorkerDeps = Pick<Deps, 'storage' | 'bus' | 'log' | 'now' | 'secrets' | 'config' | 'measures'>;

export interface WorkerTimes {
  /** How often to look for deliveries that nobody has told of: retries, other processes', what a killed one left. */
  pollMs: number;
  /** Longer than an attempt takes: after that another process takes the delivery for abandoned. */
  leaseMs: number;
  /** How long `stop` waits for attempts that are under way. */
  stopMs: number;
}

const defaultTimes: WorkerTimes = { pollMs: 1_000, leaseMs: 30_000, stopMs: 3_000 };

const atOnce = 48;
const perClient = 4;
const maintenanceMs = 60 * 60_000;
const day = 24 * 60 * 60_000;
const keptMs = 30 * day;
/** As many as the storage takes at once. */
const cleanedAtOnce = 1_000;

export interface DeliveryWorker {
  /** Resolves when nothing is being sent and nothing is due. */
  idle(): Promise<void>;
  /** Takes no more deliveries, waits a little for those under way, and gives the rest back. */
  stop(): Promise<void>;
}

interface InFlight {
  delivery: WebhookDelivery;
  /** Until the webhook has been read, it is taken for one that is failing. */
  isFailing: boolean;
  ended: Promise<void>;
}

/** After these something may be in the outbox. */
const tellingEvents = [
  'message.created',
  'conversation.created',
  'conversation.updated',
  'conversation.rated',
] as const satisfies readonly EventName[];

/**
 * Sends what is in the outbox of the webhooks, as many processes may at the same time. No client takes more than a few
 * places, and no webhook that is failing more than one, so that one slow receiver holds up nobody but itself. Told by the
 * bus, and looks from time to time; without anything due that is one cheap query. Does not keep the process alive.
 */
export function startDeliveryWorker(deps: WorkerDeps, given: Partial<WorkerTimes> = {}): DeliveryWorker {
  const { pollMs, leaseMs, stopMs } = { ...defaultTimes, ...given };
  const { storage, bus, log, now, measures } = deps;
  const web = createGuardedFetch({ allowPrivate: deps.config.fetchAllowPrivate });
  const sealing = createSealing(deps.secrets.sealingKeys);
  const inFlight = new Map<string, InFlight>();
  const waiting: (() => void)[] = [];
  const giveUp = new AbortController();
  let listeners: ReadonlySet<ClientId> = new Set();
  let looking: Promise<void> | undefined;
  let lookAgain = false;
  let stopped = false;

  function look(): void {
    if (stopped) return;
    lookAgain = true;
    looking ??= onItsOwn(takeAll).finally(() => {
      looking = undefined;
      // Told of something after the last look, before it was over.
      if (lookAgain && !stopped) return look();
      if (inFlight.size === 0) for (const resolve of waiting.splice(0)) resolve();
    });
  }

  async function takeAll(): Promise<void> {
    while (lookAgain && !stopped) {
      lookAgain = false;
      try {
        while (await takeSome()) {}
      } catch (error) {
        // The next poll tries again.
        if (!stopped) log.warn({ event: 'webhooks.claim-failed', err: error });
      }
    }
  }

  async function takeSome(): Promise<boolean> {
    const limit = atOnce - inFlight.size;
    if (stopped || limit <= 0) return false;
    const asked = performance.now();
    const claimed = await storage.deliveryQueue.claim({ limit, perWebhook: perClient, leaseMs, ...taken() });
    for (const delivery of claimed) begin(delivery, asked);
    return claimed.length > 0;
  }

  /** Who has all the places it may have. */
  function taken(): { exceptClients: ClientId[]; exceptWebhooks: string[] } {
    const places = new Map<ClientId, number>();
    const failing = new Set<string>();
    for (const { delivery, isFailing } of inFlight.values()) {
      places.set(delivery.clientId, (places.get(delivery.clientId) ?? 0) + 1);
      if (isFailing) failing.add(delivery.webhookId);
    }
    const full = [...places].filter(([, count]) => count >= perClient).map(([clientId]) => clientId);
    return { exceptClients: full, exceptWebhooks: [...failing] };
  }

  function begin(delivery: WebhookDelivery, claimedAt: number): void {
    const entry: InFlight = { delivery, isFailing: true, ended: Promise.resolve() };
    inFlight.set(delivery.id, entry);
    entry.ended = attempt(entry, claimedAt)
      // What could not be settled is sent again, under the same id, when its lease runs out.
      .catch((error: unknown) => log.warn({ event: 'webhook.not-settled', ...idsOf(delivery), err: error }))
      .finally(() => {
        inFlight.delete(delivery.id);
        if (stopped) return;
        look();
      });
  }

  async function attempt(entry: InFlight, claimedAt: number): Promise<void> {
    const { delivery } = entry;
    const webhook = await storage.forClient(delivery.clientId).outgoingWebhooks.find(delivery.webhookId);
    // Gone with its deliveries.
    if (!webhook) return;
    entry.isFailing = webhook.failingSince !== null;
    // In a process that was held up, the lease may have run out: somebody else may be sending it.
    const isHeld = performance.now() - claimedAt < leaseMs / 2;
    if (stopped || !isHeld) return void (await storage.deliveryQueue.release(delivery));
    await send(webhook, delivery);
  }

  async function send(webhook: Webhook, delivery: WebhookDelivery): Promise<void> {
    const { signal } = giveUp;
    const lagMs = Math.max(0, now().getTime() - delivery.nextTryAt.getTime());
    const sent = await tracedDelivery(delivery, () =>
      sendDelivery({ web, sealing, now }, { webhook, delivery, signal }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
        return undefined;
      }),
    );
    if (sent === undefined) return void (await storage.deliveryQueue.release(delivery));
    const { isGone, ...outcome } = sent;
    const after = await storage.deliveryQueue.settle(delivery, outcome);
    const { state, httpStatus, durationMs } = outcome;
    measures?.deliveryTried(state === 'pending' ? 'tried-again' : state, durationMs / 1000, lagMs / 1000);
    log.info({ event: 'webhook.sent', ...idsOf(delivery), state, httpStatus, durationMs, attempt: delivery.attempts });
    if (!after?.enabled) return;
    if (isGone) await switchOff(deps, after, 'gone');
    else if (state !== 'delivered' && hasFailedForLong(after, now())) await switchOff(deps, after, 'failing');
  }

  async function readListeners(): Promise<void> {
    try {
      listeners = new Set(await storage.deliveryQueue.listeners());
    } catch (error) {
      // Until it is read again, what happens is found by looking from time to time.
      if (!stopped) log.warn({ event: 'webhooks.listeners-failed', err: error });
    }
  }

  async function clean(): Promise<void> {
    try {
      const { deliveryQueue } = storage;
      while (!stopped && (await deliveryQueue.expire(new Date(now().getTime() - day))) === cleanedAtOnce) {}
      while (!stopped && (await deliveryQueue.prune(new Date(now().getTime() - keptMs))) === cleanedAtOnce) {}
    } catch (error) {
      if (!stopped) log.warn({ event: 'webhooks.clean-failed', err: error });
    }
  }

  const ends = tellingEvents.map((name) =>
    // Once for each event, not once for each process.
    bus.subscribe(name, ({ clientId }, origin) => {
      if (origin === 'local' && listeners.has(clientId)) look();
    }),
  );
  ends.push(
    bus.subscribe('webhook.changed', () => {
      void readListeners();
      look();
    }),
  );
  const poll = setInterval(look, pollMs);
  const listen = setInterval(readListeners, 30 * pollMs);
  const maintain = setInterval(clean, maintenanceMs);
  for (const timer of [poll, listen, maintain]) timer.unref();
  const prepared = Promise.all([readListeners(), clean()]);
  look();

  return {
    idle: () =>
      new Promise((resolve) => {
        void prepared.then(() => {
          waiting.push(resolve);
          look();
        });
      }),
    async stop() {
      stopped = true;
      for (const timer of [poll, listen, maintain]) clearInterval(timer);
      for (const end of ends) end();
      await Promise.all([looking, prepared]);
      const ended = Promise.all([...inFlight.values()].map((entry) => entry.ended));
      const overdue = setTimeout(() => giveUp.abort(new Error('The process stops.')), stopMs);
      await ended;
      clearTimeout(overdue);
      for (const resolve of waiting.splice(0)) resolve();
      await web.close();
    },
  };
}

/** One attempt as a span of its own: which webhook, which status; not to which address. */
function tracedDelivery(delivery: WebhookDelivery, send: () => Promise<Sent | undefined>): Promise<Sent | undefined> {
  const { clientId, webhookId, id, attempts, event } = delivery;
  const attributes = {
    'confab.client_id': clientId,
    'confab.webhook_id': webhookId,
    'confab.delivery_id': id,
    'confab.event': event,
    'confab.attempt': attempts,
  };
  return traced({ name: 'webhook delivery', kind: 'client', attributes }, async (span) => {
    const sent = await send();
    if (sent?.httpStatus) span.set({ 'http.response.status_code': sent.httpStatus });
    if (sent && sent.state !== 'delivered') span.fail(sent.state);
    return sent;
  });
}

const idsOf = ({ clientId, webhookId, id: deliveryId }: WebhookDelivery) => ({ clientId, webhookId, deliveryId });
