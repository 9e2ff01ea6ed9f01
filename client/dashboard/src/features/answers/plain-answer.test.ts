import { expect, it } from 'vitest';
import { plainAnswer, questionLine } from './plain-answer.ts';

it('takes the marks of citations out of an answer, and leaves links alone', () => {
  expect(plainAnswer('Within 30 days [1], unworn [2][12].')).toBe('Within 30 days, unworn.');
  expect(plainAnswer('See [1](https://example.com).')).toBe('See [1](https://example.com).');
});

it('makes a question one line of at most so many characters, and cuts no character in two', () => {
  expect(questionLine(' How\n do I  return it? ', 100)).toBe('How do I return it?');
  expect(questionLine('ab😀', 3)).toBe('ab');
});
