import { expect, test } from 'vitest';
import { createSealing, SealingError } from './sealing.ts';

const [one, two] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
const secret = 'sk-Straße 🔑';

test('what is sealed is opened again, and is different each time', () => {
  const sealing = createSealing([one]);
  const sealed = sealing.seal(secret, 'key of a');
  expect(sealing.open(sealed, 'key of a')).toBe(secret);
  expect(sealing.seal(secret, 'key of a')).not.toBe(sealed);
  expect(sealed).not.toContain('sk-');
  expect(sealing.open(sealing.seal('', 'key of a'), 'key of a')).toBe('');
});

test('a key that was the first still opens what it sealed, and the new first seals', () => {
  const before = createSealing([one]).seal(secret, 'x');
  const both = createSealing([two, one]);
  expect(both.open(before, 'x')).toBe(secret);
  const after = both.seal(secret, 'x');
  expect(createSealing([two]).open(after, 'x')).toBe(secret);
  expect(() => createSealing([one]).open(after, 'x')).toThrow(SealingError);
});

test('what was moved to another place, changed, cut or never sealed is not opened', () => {
  const sealing = createSealing([one]);
  const sealed = sealing.seal(secret, 'key of a');
  expect(() => sealing.open(sealed, 'key of b')).toThrow(SealingError);
  const [form, name, body = ''] = sealed.split('.');
  const flipped = (body.startsWith('A') ? 'B' : 'A') + body.slice(1);
  for (const broken of [`${form}.${name}.${flipped}`, sealed.slice(0, -2), `v2.${name}.${body}`, 'v1', '', secret]) {
    expect(() => sealing.open(broken, 'key of a'), broken).toThrow(SealingError);
  }
});
