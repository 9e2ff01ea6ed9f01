import { expect, it } from 'vitest';
import { runSoak } from '../cli/soak/run.ts';

it('loses and doubles nothing, and soon shows those who poll what they missed, while a process is killed and Postgres restarted', async () => {
  const outcome = await runSoak({ visitors: 60, seconds: 6, perSecond: 30, seed: 7, say: () => {} });
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0, connected: 60 });
  expect(outcome.acknowledged).toBe(outcome.sent);
  expect(outcome.sent).toBeGreaterThan(100);
  // Three seconds; on a machine that holds up everything, as many times longer as this process itself is late.
  expect(outcome.showingMissed.count).toBeGreaterThan(0);
  expect(outcome.showingMissed.maxMs).toBeLessThan(3_000 + 10 * outcome.heldUpMs);
}, 120_000);
