import { expect, it } from 'vitest';
import { neighbour } from './neighbour.ts';

const list = ['a', 'b', 'c'].map((id) => ({ id }));

it('steps to the next and the previous entry and stops at the ends', () => {
  expect(neighbour(list, 'b', 1, 1)?.id).toBe('c');
  expect(neighbour(list, 'b', 1, -1)?.id).toBe('a');
  expect(neighbour(list, 'c', 2, 1)).toBeUndefined();
  expect(neighbour(list, 'a', 0, -1)).toBeUndefined();
});

it('begins at the top when nothing was open', () => {
  expect(neighbour(list, undefined, -1, 1)?.id).toBe('a');
  expect(neighbour(list, undefined, -1, -1)).toBeUndefined();
  expect(neighbour([], undefined, -1, 1)).toBeUndefined();
});

it('goes on from where the open entry was when it has left the list', () => {
  expect(neighbour(list, 'gone', 1, 1)?.id).toBe('b');
  expect(neighbour(list, 'gone', 1, -1)?.id).toBe('a');
  expect(neighbour(list, 'gone', 3, 1)?.id).toBe('c');
});
