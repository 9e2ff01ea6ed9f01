import { expect, it } from 'vitest';
import { highlightParts } from './highlight.ts';

it('marks what was found and keeps every letter', () => {
  expect(
    highlightParts('Where is my order?', [
      { start: 0, end: 5 },
      { start: 12, end: 17 },
    ]),
  ).toEqual([
    { text: 'Where', isFound: true },
    { text: ' is my ', isFound: false },
    { text: 'order', isFound: true },
    { text: '?', isFound: false },
  ]);
});

it('survives ranges that overlap or lie outside', () => {
  const parts = highlightParts('abc', [
    { start: -2, end: 2 },
    { start: 1, end: 99 },
    { start: 5, end: 9 },
  ]);
  expect(parts.map((part) => part.text).join('')).toBe('abc');
  expect(highlightParts('', [{ start: 0, end: 1 }])).toEqual([]);
});
