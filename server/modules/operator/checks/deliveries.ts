import type { DeliveryQueueRepository } from '../../../storage/repositories/delivery-queue.ts';
import { type Check, green, red, yellow } from '../check.ts';

export interface DeliveriesCheckDeps {
  queue: Pick<DeliveryQueueRepository, 'waiting'>;
  now(): Date;
  /** Whether this process sends them. */
  jobs: boolean;
}

/** Whether outgoing webhooks are sent in time. */
export function deliveriesCheck({ queue, now, jobs }: DeliveriesCheckDeps): Check {
  return {
    id: 'webhook-deliveries',
    title: 'Outgoing webhooks',
    async run() {
      const { count, oldest, webhooksFailing } = await queue.waiting();
      const seconds = oldest ? Math.max(0, Math.round((now().getTime() - oldest.getTime()) / 1000)) : 0;
      const waits = count === 0 ? 'None waits' : `${count} wait, the oldest for ${seconds} s`;
      const seen = `${waits}; ${webhooksFailing} webhooks are failing.`;
      const advice = jobs
        ? 'Start another process, or look for webhooks.claim-failed in the log.'
        : 'JOBS=off here: start a process without it.';
      if (seconds > 600) return red(seen, advice);
      if (seconds > 60) return yellow(seen, advice);
      // Whose receivers fail is their owners' business, and they are told.
      return green(seen);
    },
  };
}
