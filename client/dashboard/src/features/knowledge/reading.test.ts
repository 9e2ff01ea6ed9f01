import { describe, expect, it } from 'vitest';
import { documentStatuses } from '../../../../../shared/knowledge-vocabulary.ts';
import { isBeingRead, percentOf } from './reading.ts';

describe('how far a reading is', () => {
  it('never goes back from step to step', () => {
    const steps = documentStatuses.filter((status) => status !== 'failed');
    const seen = steps.flatMap((status) => [0, 500, 1_000].map((progress) => percentOf({ status, progress })));
    expect(seen).toEqual([...seen].sort((a, b) => a - b));
    expect(seen.at(-1)).toBe(100);
  });

  it('ends with ready and failed', () => {
    expect(documentStatuses.filter((status) => !isBeingRead({ status }))).toEqual(['ready', 'failed']);
  });
});
