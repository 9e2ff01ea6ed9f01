import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planCandidates } from './candidates.ts';
import { strongKey } from './term-key.ts';

const plan = (frequencies: Record<number, number>, passages: number, budget: number) =>
  planCandidates(
    Object.keys(frequencies).map((key) => [Number(key)]),
    (key) => frequencies[key] ?? 0,
    passages,
    budget,
  );

describe('planCandidates', () => {
  test('fetches whatever has any word, when that is little enough', () => {
    expect(plan({ 1: 10, 2: 20 }, 1_000, 30)).toEqual([[[1, 2]]]);
    expect(plan({}, 1_000, 30)).toEqual([]);
    expect(plan({ 1: 0 }, 1_000, 30)).toEqual([]);
  });

  test('fetches passages with a rare word, and those that have common words together', () => {
    expect(plan({ 1: 50, 2: 20_000, 3: 30_000 }, 1_000_000, 2_500)).toEqual([[[1]], [[2], [3]]]);
  });

  test('leaves out what common words alone would meet', () => {
    for (const groups of plan({ 1: 200_000, 2: 300_000, 3: 250_000 }, 1_000_000, 3_000)) {
      expect(groups.length).toBeGreaterThan(1);
    }
  });

  test('fetches passages that are about the word, when there is but one and it is common', () => {
    const frequencies = new Map([
      [7, 100_000],
      [strongKey(7), 2_000],
    ]);
    expect(planCandidates([[7]], (key) => frequencies.get(key) ?? 0, 1_000_000, 3_000)).toEqual([[[strongKey(7)]]]);
  });

  test('fetches something for every question of which a word is known', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1_000_000 }), { minLength: 1, maxLength: 12 }), (counts) => {
        const frequencies = Object.fromEntries(counts.map((count, at) => [at + 1, count]));
        const conditions = plan(frequencies, 1_000_000, 3_000);
        expect(conditions.length).toBeGreaterThan(0);
        for (const groups of conditions) for (const keys of groups) expect(keys.length).toBeGreaterThan(0);
      }),
    );
  });
});
