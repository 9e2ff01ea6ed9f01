import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findTerms, matches, queryTermsOf, termsOf } from './search-terms.ts';

/** Whether somebody who looks for `query` finds `text`. */
function finds(query: string, text: string): boolean {
  const [wanted, terms] = [queryTermsOf(query), termsOf(text)];
  return wanted.length > 0 && wanted.every((one) => terms.some((term) => matches(term, one)));
}

describe('termsOf', () => {
  test.each([
    ['Hello, World! hello', ['hello', 'world']],
    ['Größe café', ['größe', 'café']],
    ['ann@example.com', ['ann', 'example', 'com']],
    ['Order #12-345', ['order', '12', '345']],
    ['ＦＵＬＬ ﬁne ①', ['full', 'fine', '1']],
    ['½ cup', ['1', '2', 'cup']],
    ['cafe\u0301', ['café']],
    ['日本語', ['日本', '本語', '語']],
    ['東京へiPhoneで', ['東京', '京へ', 'へ', 'iphone', 'で']],
    ['ﾃｽﾄ', ['テス', 'スト', 'ト']],
    ['😀 — … \n', []],
    ['', []],
  ])('cuts %j', (text, terms) => {
    expect(termsOf(text)).toEqual(terms);
  });

  test('cuts a long word to a bounded length, never within a character', () => {
    expect(termsOf('x'.repeat(100))).toEqual(['x'.repeat(32)]);
    expect(termsOf(`x${'𝒳𐐷'.repeat(40)}`)[0]).toHaveLength(32);
    expect(termsOf('𐐷'.repeat(40))).toEqual(['𐐷'.repeat(16).toLowerCase()]);
    expect(termsOf(`x${'𐐨'.repeat(40)}`)).toEqual([`x${'𐐨'.repeat(15)}`]);
  });
});

describe('a query', () => {
  test.each([
    ['invoice march', 'The invoice of March', true],
    ['MARCH invoice', 'The invoice of March', true],
    ['inv', 'The invoice', true],
    ['inv march', 'The invoice of March', false],
    ['voice', 'The invoice', false],
    ['invoices', 'The invoice', false],
    ['ann@exam', 'ann@example.com', true],
    ['日本', '私は日本語を話す', true],
    ['本語', '私は日本語', true],
    ['語', '日本語', true],
    ['本', '日本語', true],
    ['日語', '日本語', false],
    ['テスト', 'ﾃｽﾄです', true],
    ['한국', '한국어를 배운다', true],
    ['กรุงเทพ', 'ฉันอยู่กรุงเทพมหานคร', true],
    ['x'.repeat(50), 'x'.repeat(60), true],
    ['!?', 'anything', false],
  ])('%j against %j: %s', (query, text, isFound) => {
    expect(finds(query, text)).toBe(isFound);
  });

  test('asks for a word that stands there whole and begun only whole, and for a bounded number of terms', () => {
    expect(queryTermsOf('in x in')).toEqual([
      { term: 'in', isPrefix: false },
      { term: 'x', isPrefix: false },
    ]);
    expect(queryTermsOf('a b')).toEqual([
      { term: 'a', isPrefix: false },
      { term: 'b', isPrefix: true },
    ]);
    expect(queryTermsOf(Array.from({ length: 50 }, (_, n) => `w${n}`).join(' '))).toHaveLength(12);
  });

  test('finds every text by a stretch of its own words', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 30 }), fc.string({ maxLength: 10 }), (text, more) => {
        if (termsOf(text).length > 0) expect(finds(text, `${text} ${more}`)).toBe(true);
      }),
    );
  });
});

describe('findTerms', () => {
  const places = (query: string, text: string) =>
    findTerms(text, queryTermsOf(query)).map(({ start, end }) => text.slice(start, end));

  test('says where the words stand in the text as it was written', () => {
    expect(places('größe in', 'Die GRÖSSE der Größe, innen')).toEqual(['Größe', 'innen']);
    expect(places('fine', 'so ﬁne!')).toEqual(['ﬁne']);
    expect(places('日本語', 'in 日本語 x')).toEqual(['日本', '本語']);
    expect(places('x', '')).toEqual([]);
  });
});
