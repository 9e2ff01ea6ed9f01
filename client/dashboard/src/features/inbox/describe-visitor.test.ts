import { expect, it } from 'vitest';
import { browserOf, mailTo, webAddress } from './describe-visitor.ts';

it('links web addresses only, never a script', () => {
  expect(webAddress('https://shop.example/cart?x=1')).toEqual({
    href: 'https://shop.example/cart?x=1',
    short: 'shop.example/cart',
  });
  expect(webAddress('https://shop.example/')?.short).toBe('shop.example');
  expect(webAddress('javascript:alert(1)')).toBeNull();
  expect(webAddress('not an address')).toBeNull();
  expect(webAddress(null)).toBeNull();
});

it('begins a mail to the visitor’s address alone, whatever stands in it', () => {
  expect(mailTo('ann@example.com')).toBe('mailto:ann@example.com');
  const sly = new URL(mailTo('ann@example.com?bcc=eve%40evil.example&body=Hello'));
  expect([sly.search, sly.hash]).toEqual(['', '']);
  expect(decodeURIComponent(sly.pathname)).toBe('ann@example.com?bcc=eve%40evil.example&body=Hello');
});

it('names browsers as people do, whatever else they claim to be', () => {
  const mozilla = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
  expect(browserOf(`${mozilla} Chrome/130.0.0.0 Safari/537.36`)).toBe('Chrome 130 on Windows');
  expect(browserOf(`${mozilla} Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0`)).toBe('Edge 130 on Windows');
  expect(
    browserOf(
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari/604.1',
    ),
  ).toBe('Safari 18 on iOS');
  expect(browserOf('curl/8.0')).toBe('curl/8.0');
});
