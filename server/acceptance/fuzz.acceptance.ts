import { expect, it } from 'vitest';
import { runFuzz } from '../cli/fuzz/run.ts';

it.each(['postgres', 'memory'] as const)(
  'neither fails nor hangs, and tells no client of another, whatever it is sent (%s)',
  async (storage) => {
    const { findings, statuses, operations } = await runFuzz({
      storage,
      requests: 1_200,
      connections: 16,
      seed: 7,
      deadlineMs: 20_000,
      say: () => {},
    });
    expect(findings.all).toEqual([]);
    expect(operations).toBeGreaterThan(100);
    // Not all of it is refused at the door.
    expect(statuses['200']).toBeGreaterThan(50);
    expect(statuses['201']).toBeGreaterThan(20);
  },
  120_000,
);
