import { expect, test } from 'vitest';
import { backoffMs } from './backoff.ts';

test('the wait doubles up to half a minute and never exceeds it', () => {
  const longest = Array.from({ length: 12 }, (_, attempt) => backoffMs(attempt + 1, 0, () => 1));
  expect(longest.slice(0, 6)).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000]);
  expect(Math.max(...longest)).toBe(30_000);
  expect(backoffMs(1_000_000, 0, () => 1)).toBe(30_000);
});

test('the wait is spread over half of it, so that browsers do not come back all at once', () => {
  expect(backoffMs(3, 0, () => 0)).toBe(2000);
  expect(backoffMs(3, 0, () => 1)).toBe(4000);
});

test('a time the server names is the least', () => {
  expect(backoffMs(1, 60_000, () => 0)).toBe(60_000);
});
