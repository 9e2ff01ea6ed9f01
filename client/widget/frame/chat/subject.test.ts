import { expect, test } from 'vitest';
import { subjectOf } from './subject.ts';

const tokenOf = (payload: unknown) => `e30.${Buffer.from(JSON.stringify(payload)).toString('base64url')}.c2ln`;

test('a token tells whom it speaks of, in any script', () => {
  expect(subjectOf(tokenOf({ sub: 'user-7' }))).toBe('user-7');
  expect(decodeURIComponent(subjectOf(tokenOf({ sub: 'Zoë:日本/?>' })) as string)).toBe('Zoë:日本/?>');
});

test.each(['', 'nonsense', 'a.b.c', 'e30.e30.', tokenOf({ name: 'no subject' }), tokenOf(null)])(
  '%j speaks of nobody',
  (token) => {
    expect(subjectOf(token)).toBeNull();
  },
);
