import { expect, test } from 'vitest';
import { widgetLanguages } from '../../shared/widget-settings.ts';
import { isRightToLeft, languages, pickLanguage } from './language.ts';

test('the widget speaks every language that can be set', () => {
  expect([...languages].sort()).toEqual(widgetLanguages.filter((language) => language !== 'auto').sort());
});

test.each([
  [['de-AT'], 'de'],
  [['DE'], 'de'],
  [['zh-Hant-TW'], 'zh'],
  [['iw'], 'he'],
  [['nl', 'fr-CH'], 'fr'],
  [['', 'es'], 'es'],
  [[undefined, 'ja'], 'ja'],
  [['fil', 'tr'], 'tr'],
  [['arn'], 'en'],
  [['nl'], 'en'],
  [[], 'en'],
])('who wishes for %j reads %s', (wished, expected) => {
  expect(pickLanguage(...wished)).toBe(expected);
});

test('Arabic and Hebrew run from right to left', () => {
  expect(languages.filter(isRightToLeft)).toEqual(['ar', 'he']);
});
