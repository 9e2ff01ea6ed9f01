import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { analyze } from './analyze.ts';

const terms = (text: string, language: string) => analyze(text, language).map(({ term }) => term);
const alike = (language: string, ...words: string[]) => {
  const found = words.map((word) => terms(word, language));
  for (const one of found) expect(one).toEqual(found[0]);
  expect(found[0]).toHaveLength(1);
};

describe('analyze', () => {
  test('brings forms of a word to one term, by the rules of the language', () => {
    alike('en', 'connect', 'connected', 'Connecting', 'connections');
    alike('en', 'embed', 'embeds', 'embedded', 'embedding');
    alike('de', 'Haus', 'Häuser', 'HÄUSERN', 'Haeuser');
    alike('fr', 'réinitialiser', 'réinitialisé');
    alike('es', 'canción', 'canciones');
    alike('tr', 'evler', 'evlerinde', 'EVLER');
    alike('ar', 'الكتاب', 'كتاب', 'والكتاب', 'كِتَاب');
    alike('he', 'מחשב', 'המחשב', 'והמחשבים');
    alike('ru', 'книга', 'книги');
  });

  test('minds neither accents nor width nor final letters', () => {
    alike('en', 'café', 'cafe', 'ＣＡＦＥ');
    alike('es', 'contraseña', 'contrasena');
    alike('tr', 'şifre', 'sifre', 'ŞİFRE');
    alike('ar', 'إدارة', 'ادارة');
  });

  test('leaves stop words out, and a gap in the positions for them', () => {
    expect(analyze('How do I change the colour?', 'en').map(({ term, position }) => [term, position])).toEqual([
      ['chang', 3],
      ['colour', 5],
    ]);
    expect(terms('Wie kann ich das ändern?', 'de')).toEqual(['and']);
    expect(terms('ما هي عاصمة اليابان؟', 'ar')).toEqual(['عاصم', 'ياب']);
  });

  test('cuts scripts without blanks into characters and pairs, beside words in others', () => {
    expect(terms('用iPhone付款', 'zh')).toEqual(['用', 'iphon', '付', '付款', '款']);
    expect(terms('バス停', 'ja')).toEqual(['バ', 'バス', 'ス', 'ス停', '停']);
  });

  test('takes numbers with separators of thousands as one', () => {
    expect(terms('1,000 and 1.000.000 and 3.14', 'en')).toEqual(['1000', '1000000', '3', '14']);
  });

  test('treats words in another script by a language of that script', () => {
    expect(terms('שרתים servers', 'he')).toEqual([terms('שרתים', 'he')[0], 'server']);
  });

  test('tells where a word stands that becomes longer when it is normalised', () => {
    expect(analyze('a ﰀ々', 'en').map(({ start, end }) => [start, end])).toEqual([
      [2, 4],
      [2, 4],
    ]);
  });

  test('tells where each word stands, in order, for any text', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme' }),
        fc.constantFrom('en', 'de', 'tr', 'ar', 'zh', 'und'),
        (text, language) => {
          let before = -1;
          for (const { term, position, start, end } of analyze(text, language)) {
            expect(term).not.toBe('');
            expect(term.length).toBeLessThanOrEqual(40);
            expect(position).toBeGreaterThanOrEqual(before);
            expect(start).toBeLessThan(end);
            expect(end).toBeLessThanOrEqual(text.length);
            before = position;
          }
        },
      ),
    );
  });
});
