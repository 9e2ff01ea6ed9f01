import { expect, test } from 'vitest';
import { limits } from '../../shared/limits.ts';
import { previewOf } from './preview.ts';

test('folds runs of white space, line breaks too, into one space and drops it at the ends', () => {
  expect(previewOf('  Hello\r\n\n\t there,\u00a0\u2003you ')).toBe('Hello there, you');
  expect(previewOf(' \n ')).toBe('');
});

test('keeps at most the allowed number of characters', () => {
  expect(previewOf('a'.repeat(limits.previewCharsMax))).toHaveLength(limits.previewCharsMax);
  expect(previewOf('a'.repeat(limits.previewCharsMax + 1))).toHaveLength(limits.previewCharsMax);
});

test('does not cut a character outside the basic plane in half', () => {
  const cut = previewOf(`${'a'.repeat(limits.previewCharsMax - 1)}😀`);
  expect(cut).toBe('a'.repeat(limits.previewCharsMax - 1));
  expect(previewOf(`${'a'.repeat(limits.previewCharsMax - 2)}😀b`)).toBe(`${'a'.repeat(limits.previewCharsMax - 2)}😀`);
});
