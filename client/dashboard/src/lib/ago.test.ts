import { expect, it } from 'vitest';
import { agoOf } from './ago.ts';

const now = new Date(2026, 10, 21, 15, 0, 0);
const before = (minutes: number) => new Date(now.getTime() - minutes * 60_000).toISOString();

it('says minutes, then hours, then the day', () => {
  expect(agoOf(before(0.5), now)).toBe('just now');
  expect(agoOf(before(3), now)).toBe('3 min ago');
  expect(agoOf(before(125), now)).toBe('2 h ago');
  expect(agoOf(before(20 * 60), now)).toMatch(/^yesterday at /);
});

it('takes a clock that runs ahead of the server’s for just now', () => {
  expect(agoOf(before(-2), now)).toBe('just now');
});
