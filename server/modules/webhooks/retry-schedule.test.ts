import { expect, test } from 'vitest';
import { attemptsMax, retryAfterMs, retryDelayMs } from './retry-schedule.ts';

const hour = 60 * 60_000;

test('eleven attempts go over about a day', () => {
  for (const [random, from, to] of [
    [0, 21, 22],
    [0.5, 23, 25],
    [1, 26, 27],
  ] as const) {
    let total = 0;
    for (let attempt = 1; attempt < attemptsMax; attempt++) total += retryDelayMs(attempt, 0, random)!;
    expect([total / hour >= from, total / hour <= to]).toEqual([true, true]);
  }
  expect(attemptsMax).toBe(11);
  expect(retryDelayMs(attemptsMax)).toBeUndefined();
});

test('each wait is longer than the one before, and differs a little from time to time', () => {
  for (let attempt = 2; attempt < attemptsMax - 1; attempt++) {
    expect(retryDelayMs(attempt, 0, 0)!).toBeGreaterThan(retryDelayMs(attempt - 1, 0, 1)!);
  }
  expect(retryDelayMs(1, 0, 0)).toBe(4_500);
  expect(retryDelayMs(1, 0, 1)).toBe(5_500);
});

test('a receiver that asks for more time gets it, up to an hour', () => {
  const now = new Date('2026-01-01T00:00:00Z');
  expect(retryDelayMs(1, retryAfterMs('120', now))).toBe(120_000);
  expect(retryDelayMs(1, retryAfterMs('Thu, 01 Jan 2026 00:02:00 GMT', now))).toBe(120_000);
  expect(retryDelayMs(1, retryAfterMs('99999', now))).toBe(hour);
  for (const header of [undefined, '', 'soon', '-1', '0']) expect(retryAfterMs(header, now)).toBe(0);
});
