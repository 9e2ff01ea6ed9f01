import { expect, test } from 'vitest';
import { sourceHref } from './source-href.ts';

const url = 'https://shop.example/tea';
/** What a browser is told to look for. */
const looked = (quote: string, at = url) =>
  decodeURIComponent(sourceHref({ url: at, page: null, quote }).split(':~:text=')[1] as string);

test('a web page is opened at the first words of the passage, whole ones', () => {
  const quote = 'Our well-kept tea leaves the house on the day on which it was ordered, at noon or later.';
  expect(looked(quote)).toBe('Our well-kept tea leaves the house on the day on which it');
  expect(sourceHref({ url, page: null, quote })).toContain('#:~:text=Our%20well%2Dkept%20tea');
  expect(looked('Short words')).toBe('Short');
  expect(looked('営業時間は九時から五時までです。日曜日は休みです。')).toBe(
    '営業時間は九時から五時までです。日曜日は休みです',
  );
});

test('a document with pages is opened at its page', () => {
  expect(sourceHref({ url, page: 7, quote: 'Tea' })).toBe(`${url}#page=7`);
});

test('a place that the address names itself stays in it', () => {
  expect(sourceHref({ url: `${url}#hours`, page: null, quote: 'Nine to five' })).toMatch(/tea#hours:~:text=Nine%20to/);
  expect(sourceHref({ url: `${url}#hours`, page: 7, quote: '' })).toBe(`${url}#hours`);
  expect(sourceHref({ url: `${url}#hours`, page: null, quote: '' })).toBe(`${url}#hours`);
});

test('without words it is the address alone', () => {
  expect(sourceHref({ url, page: null, quote: '' })).toBe(url);
});
