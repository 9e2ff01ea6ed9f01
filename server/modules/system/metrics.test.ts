import { expect, test } from 'vitest';
import { createBus } from '../../events/bus.ts';
import { createMetrics } from './metrics.ts';

test('metrics tell how many jobs wait and since when, and are told also while storage is away', async () => {
  let answer: () => Promise<{ count: number; oldest: Date | null }> = async () => ({
    count: 3,
    oldest: new Date(Date.now() - 10_000),
  });
  const metrics = createMetrics({
    bus: createBus(() => {}),
    queue: { waiting: () => answer(), troubles: async () => ({ failing: 2, abandoned: 1 }) },
    deliveryQueue: {
      waiting: async () => ({ count: 7, oldest: new Date(Date.now() - 20_000), webhooksFailing: 1 }),
    },
    sockets: () => ({ websocket: 4, polling: 1 }),
  });
  const told = await metrics.text();
  expect(told).toMatch(/^confab_jobs_waiting 3$/m);
  expect(told).toMatch(/^confab_jobs_failing 2$/m);
  expect(told).toMatch(/^confab_jobs_abandoned 1$/m);
  expect(told).toMatch(/^confab_webhook_deliveries_waiting 7$/m);
  expect(told).toMatch(/^confab_webhooks_failing 1$/m);
  expect(told).toMatch(/^confab_sockets_connected{transport="polling"} 1$/m);
  expect(Number(/^confab_jobs_oldest_waiting_seconds (.+)$/m.exec(told)?.[1])).toBeGreaterThanOrEqual(10);
  answer = () => Promise.reject(new Error('away'));
  expect(await metrics.text()).toMatch(/^confab_jobs_waiting 3$/m);
});
