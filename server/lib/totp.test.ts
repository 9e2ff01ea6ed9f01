import { expect, test } from 'vitest';
import { base32, stepAt, stepOfCode, totpCode, totpUri } from './totp.ts';

const key = Buffer.from('12345678901234567890');

test.each([
  [59, '287082'],
  [1_111_111_109, '081804'],
  [1_111_111_111, '050471'],
  [1_234_567_890, '005924'],
  [2_000_000_000, '279037'],
  [20_000_000_000, '353130'],
])('makes the code of RFC 6238 at second %i', (seconds, code) => {
  expect(totpCode(key, stepAt(new Date(seconds * 1000)))).toBe(code);
});

test('takes a code that is one step early or late, with blanks as people write it, and none further away', () => {
  const now = new Date(1_111_111_111_000);
  const step = stepAt(now);
  for (const away of [-1, 0, 1]) {
    const code = totpCode(key, step + away);
    expect(stepOfCode(key, `${code.slice(0, 3)} ${code.slice(3)}`, now)).toBe(step + away);
  }
  for (const away of [-2, 2]) expect(stepOfCode(key, totpCode(key, step + away), now)).toBeUndefined();
  expect(stepOfCode(key, '', now)).toBeUndefined();
});

test('writes a key as apps take it', () => {
  expect(base32(Buffer.from('foobar'))).toBe('MZXW6YTBOI');
  expect(totpUri(Buffer.from('foobar'), 'ann+1@example.com')).toBe(
    'otpauth://totp/Confab:ann%2B1%40example.com?secret=MZXW6YTBOI&issuer=Confab',
  );
});
