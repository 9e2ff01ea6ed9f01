import { Gauge, type Registry } from 'prom-client';
import type { DeliveryQueueRepository } from '../../storage/repositories/delivery-queue.ts';
import type { QueueRepository } from '../../storage/repositories/queue.ts';

export interface Queues {
  queue: Pick<QueueRepository, 'waiting' | 'troubles'>;
  deliveryQueue: Pick<DeliveryQueueRepository, 'waiting'>;
}

/** How the queues of all processes stand. While storage is away the numbers stay as they were. */
export function addJobGauges({ queue, deliveryQueue }: Queues, registry: Registry): void {
  gauges(registry, () => queue.waiting(), {
    confab_jobs_waiting: ['Jobs of all processes that are due and not being worked on.', ({ count }) => count],
    confab_jobs_oldest_waiting_seconds: [
      'How long the job that is due longest has been waiting; 0 when none is.',
      ({ oldest }) => secondsSince(oldest),
    ],
  });
  gauges(registry, () => queue.troubles(), {
    confab_jobs_failing: [
      'Jobs of all processes that failed when they were last tried and wait to be tried again.',
      ({ failing }) => failing,
    ],
    confab_jobs_abandoned: [
      'Jobs that were left by a process that ended, and are not taken up yet.',
      ({ abandoned }) => abandoned,
    ],
  });
  gauges(registry, () => deliveryQueue.waiting(), {
    confab_webhook_deliveries_waiting: [
      'Deliveries of outgoing webhooks that are due and not being sent, but for webhooks that are failing.',
      ({ count }) => count,
    ],
    confab_webhook_deliveries_oldest_waiting_seconds: [
      'How long the one of them that is due longest has been waiting; 0 when none is.',
      ({ oldest }) => secondsSince(oldest),
    ],
    confab_webhooks_failing: ['Outgoing webhooks whose receivers fail.', ({ webhooksFailing }) => webhooksFailing],
  });
}

/** Several numbers of one question to storage, which is asked once for all of them each time they are read. */
function gauges<Found>(
  registry: Registry,
  ask: () => Promise<Found>,
  numbers: Record<string, [help: string, of: (found: Found) => number]>,
): void {
  let asked: Promise<Found | undefined> | undefined;
  for (const [name, [help, of]] of Object.entries(numbers)) {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        asked ??= ask()
          .catch(() => undefined)
          .finally(() => {
            asked = undefined;
          });
        const found = await asked;
        if (found !== undefined) this.set(of(found));
      },
    });
  }
}

function secondsSince(at: Date | null): number {
  return at === null ? 0 : Math.max(0, Date.now() - at.getTime()) / 1000;
}
