import { Gauge, type Registry } from 'prom-client';
import type { QueueRepository } from '../../storage/repositories/queue.ts';

/** How the queue of all processes stands. While storage is away the numbers stay as they were. */
export function addJobGauges(queue: Pick<QueueRepository, 'waiting' | 'troubles'>, registry: Registry): void {
  const registers = [registry];
  const waiting = () => queue.waiting().catch(() => undefined);
  const troubles = () => queue.troubles().catch(() => undefined);
  new Gauge({
    name: 'confab_jobs_waiting',
    help: 'Jobs of all processes that are due and not being worked on.',
    registers,
    async collect() {
      const found = await waiting();
      if (found) this.set(found.count);
    },
  });
  new Gauge({
    name: 'confab_jobs_oldest_waiting_seconds',
    help: 'How long the job that is due longest has been waiting; 0 when none is.',
    registers,
    async collect() {
      const found = await waiting();
      if (found) this.set(found.oldest ? Math.max(0, Date.now() - found.oldest.getTime()) / 1000 : 0);
    },
  });
  new Gauge({
    name: 'confab_jobs_failing',
    help: 'Jobs of all processes that failed when they were last tried and wait to be tried again.',
    registers,
    async collect() {
      const found = await troubles();
      if (found) this.set(found.failing);
    },
  });
  new Gauge({
    name: 'confab_jobs_abandoned',
    help: 'Jobs that were left by a process that ended, and are not taken up yet.',
    registers,
    async collect() {
      const found = await troubles();
      if (found) this.set(found.abandoned);
    },
  });
}
