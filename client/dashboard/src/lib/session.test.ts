import { expect, it } from 'vitest';
import { safeNext } from './session.ts';

it('goes on to a page of this site after signing in, and to no other, however it is written', () => {
  expect(safeNext('/inbox?view=mine#top')).toBe('/inbox?view=mine#top');
  for (const elsewhere of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    '/\t/evil.example',
    '/\n/evil.example',
    'javascript:alert(1)',
    'inbox',
    '',
    undefined,
    7,
  ]) {
    expect(safeNext(elsewhere)).toBe('/');
  }
});
