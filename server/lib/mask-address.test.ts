import { expect, test } from 'vitest';
import { maskAddress } from './mask-address.ts';

test.each([
  ['192.0.2.77', '192.0.2.x'],
  ['::ffff:192.0.2.77', '192.0.2.x'],
  ['2001:db8:12:34:56::1', '2001:db8:12::'],
  ['', ''],
  ['somewhere', ''],
])('of %j keeps %j', (address, masked) => {
  expect(maskAddress(address)).toBe(masked);
});
