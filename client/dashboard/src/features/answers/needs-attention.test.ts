import { expect, it } from 'vitest';
import { isPastTheWorst, needsAttention } from './needs-attention.ts';

const good = { rating: null, outcome: 'answered', confidence: 0.9, reviewedAt: null } as const;

it('asks for attention where an answer was rated bad, is missing or was hardly sure', () => {
  expect(needsAttention({ ...good, rating: -1 })).toBe(true);
  expect(needsAttention({ ...good, outcome: 'unknown', confidence: 0.1 })).toBe(true);
  expect(needsAttention({ ...good, outcome: 'failed', confidence: null })).toBe(true);
  expect(needsAttention({ ...good, confidence: 0.6 })).toBe(true);
});

it('asks for none where an answer was sure, found helpful or settled, or a person was talking', () => {
  expect(needsAttention(good)).toBe(false);
  expect(needsAttention({ ...good, confidence: 0.6, rating: 1 })).toBe(false);
  expect(needsAttention({ ...good, rating: -1, reviewedAt: '2026-11-21T12:00:00.000Z' })).toBe(false);
  expect(needsAttention({ ...good, outcome: 'silent', confidence: null })).toBe(false);
});

it('is past the worst with the first sure answer', () => {
  expect(isPastTheWorst(good)).toBe(true);
  expect(isPastTheWorst({ ...good, confidence: 0.6 })).toBe(false);
  expect(isPastTheWorst({ ...good, rating: -1 })).toBe(false);
});
