import { describe, expect, test } from 'vitest';
import { frameAncestors, isSiteAllowed, siteOfOrigin } from './site-allowed.ts';

describe('a site is allowed', () => {
  test.each([
    ['https://www.example.com', 'www.example.com'],
    ['http://www.example.com', 'www.example.com'],
    ['https://a.example.com', '*.example.com'],
    ['https://a.b.example.com', '*.example.com'],
    ['https://example.com:8443', 'example.com:8443'],
    ['https://example.com', 'example.com:443'],
    ['http://localhost:5173', 'localhost'],
    ['https://localhost', 'localhost'],
    ['http://127.0.0.1:8080', 'localhost'],
    ['http://[::1]:8080', 'localhost'],
    ['http://localhost:3000', '127.0.0.1:3000'],
    ['http://192.168.1.4:3000', '192.168.1.4:3000'],
  ])('%s by %s', (origin, entry) => {
    expect(isSiteAllowed(origin, ['elsewhere.example', entry])).toBe(true);
  });
});

describe('a site is not allowed', () => {
  test.each([
    ['https://example.com', 'www.example.com'],
    ['https://example.com', '*.example.com'],
    ['https://evilexample.com', '*.example.com'],
    ['https://example.com.evil.com', 'example.com'],
    ['https://example.com:8443', 'example.com'],
    ['https://example.com:8443', 'example.com:443'],
    ['https://example.com', 'example.com:80'],
    ['http://localhost:3001', 'localhost:3000'],
    ['http://localhost.evil.com', 'localhost'],
    ['null', 'localhost'],
    ['file://', 'localhost'],
    ['chrome-extension://localhost', 'localhost'],
    ['', 'localhost'],
    ['localhost', 'localhost'],
  ])('%s by %s', (origin, entry) => {
    expect(isSiteAllowed(origin, [entry])).toBe(false);
  });

  test('by an empty list', () => {
    expect(isSiteAllowed('https://example.com', [])).toBe(false);
  });
});

test('the line to add for an origin allows that origin', () => {
  for (const origin of [
    'https://a.example.com',
    'https://example.com:8443',
    'http://127.0.0.1:99',
    'http://10.0.0.1',
  ]) {
    expect(isSiteAllowed(origin, [siteOfOrigin(origin)!])).toBe(true);
  }
  expect(siteOfOrigin('null')).toBeUndefined();
});

test('the browser is given the same list as sources', () => {
  expect(frameAncestors(['localhost', '127.0.0.1', '*.example.com', 'example.com:8443'])).toEqual([
    'http://localhost:*',
    'https://localhost:*',
    'http://127.0.0.1:*',
    'https://127.0.0.1:*',
    'http://*.example.com',
    'https://*.example.com',
    'http://example.com:8443',
    'https://example.com:8443',
  ]);
  expect(frameAncestors([])).toEqual([]);
});
