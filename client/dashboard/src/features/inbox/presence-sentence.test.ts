import { expect, it } from 'vitest';
import { presenceSentence } from './presence-sentence.ts';

const agents = (...names: string[]) => names.map((name) => ({ userId: name, name }));

it('names two at most by their first names, and counts the rest', () => {
  expect(presenceSentence([])).toBe('');
  expect(presenceSentence(agents('Ann Lee'))).toBe('Ann is looking');
  expect(presenceSentence(agents('Ann Lee', 'Ben'))).toBe('Ann and Ben are looking');
  expect(presenceSentence(agents('Ann', 'Ben', 'Cem', 'Dua'))).toBe('Ann, Ben and 2 more are looking');
});
