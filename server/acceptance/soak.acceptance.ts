import { expect, it } from 'vitest';
import { runSoak } from '../cli/soak/run.ts';

it('loses and doubles nothing while many are connected, a process is killed and Postgres restarted', async () => {
  const outcome = await runSoak({ visitors: 60, seconds: 6, perSecond: 30, seed: 7, say: () => {} });
  expect(outcome).toMatchObject({ lost: 0, doubled: 0, outOfOrder: 0, connected: 60 });
  expect(outcome.acknowledged).toBe(outcome.sent);
  expect(outcome.sent).toBeGreaterThan(100);
}, 120_000);
