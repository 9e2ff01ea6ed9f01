import { expect, it } from 'vitest';
import { siteFrom, sitesFrom } from './site-name.ts';

it('takes the host out of whatever is pasted', () => {
  expect(siteFrom(' https://Shop.Example/cart?x=1#top ')).toBe('shop.example');
  expect(siteFrom('http://localhost:3000/')).toBe('localhost:3000');
  expect(siteFrom('*.example.com')).toBe('*.example.com');
  expect(siteFrom('https://user:word@example.com/x')).toBe('example.com');
  expect(siteFrom('www.example.com/path/@here')).toBe('www.example.com');
});

it('splits a list, each site once', () => {
  expect(sitesFrom('a.example, https://b.example/x\na.example;  c.example')).toEqual([
    'a.example',
    'b.example',
    'c.example',
  ]);
  expect(sitesFrom(' , \n')).toEqual([]);
});
