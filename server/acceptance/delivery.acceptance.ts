import { expect, it } from 'vitest';
import { runDelivery } from '../cli/e2e/delivery.ts';

it('loses, doubles and reorders no message through broken connections, a killed process and a restart of Postgres', async () => {
  const outcome = await runDelivery({ messages: 200, seed: 7, say: () => {} });
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0 });
  const { sent, acknowledged, stored, shownToVisitor, shownToAgent, cuts, requests } = outcome;
  expect(sent).toBeGreaterThanOrEqual(400);
  expect([acknowledged, stored, shownToVisitor, shownToAgent]).toEqual([sent, sent, sent, sent]);
  // It has been put to the test indeed.
  expect(cuts).toBeGreaterThan(10);
  expect(requests).toBeGreaterThan(sent);
}, 180_000);
