import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cut, cutBySteps } from './cut.ts';
import type { Extracted, ExtractedPart } from './extracted.ts';
import { sentencesOf } from './sentences.ts';

type PartOf = Partial<ExtractedPart> & { text: string };

function document(parts: PartOf[], title: string | null = 'Guide'): Extracted {
  return {
    title,
    language: null,
    parts: parts.map((part, index) => ({
      number: index + 1,
      title: `Part ${index + 1}`,
      page: null,
      url: null,
      headings: [],
      ...part,
    })),
    wordCount: 0,
    warnings: [],
  };
}

/** A part from blocks, those with # are headings. */
function part(...blocks: string[]): PartOf {
  const headings: ExtractedPart['headings'] = [];
  let text = '';
  for (const block of blocks) {
    if (text !== '') text += '\n\n';
    const [, marks, title] = /^(#+) (.*)$/.exec(block) ?? [];
    if (marks) headings.push({ offset: text.length, level: marks.length, text: title! });
    text += title ?? block;
  }
  return { text, headings };
}

/** The text with blanks in place of the headings from a place on. */
function blank(text: string, headings: ExtractedPart['headings'], from: number): string {
  return headings
    .filter(({ offset }) => offset >= from)
    .reduce(
      (rest, { offset, text: { length } }) => rest.slice(0, offset) + ' '.repeat(length) + rest.slice(offset + length),
      text,
    );
}

const sentence = (words: number, word = 'Word') => `${Array.from({ length: words }, () => word).join(' ')}.`;
const wordsIn = (text: string) => text.split(/\s+/).length;

describe('cutting', () => {
  test('gives passages that are slices of their part, in order, which together hold every word but headings', () => {
    const block = fc.oneof(
      fc.lorem({ maxCount: 60, mode: 'sentences' }),
      fc.lorem({ maxCount: 3 }).map((title) => `# ${title}`),
      fc.lorem({ maxCount: 2 }).map((title) => `## ${title}`),
      fc
        .array(fc.lorem({ maxCount: 5 }), { minLength: 1, maxLength: 90 })
        .map((rows) => rows.map((row) => `a: ${row}`).join('\n')),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 900 }).map(
        (text) =>
          text
            .replace(/^#+ /, '')
            .replace(/\n\s*\n/g, ' ')
            .trim() || 'x',
      ),
    );
    fc.assert(
      fc.property(
        fc.array(fc.array(block, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 3 }),
        (parts) => {
          const extracted = document(parts.map((blocks) => part(...blocks)));
          const chunks = cut(extracted);
          for (const { number, text, headings } of extracted.parts) {
            const own = chunks.filter(({ partNumber }) => partNumber === number);
            let at = 0;
            let left = '';
            for (const { start, end, text: passage } of own) {
              expect(text.slice(start, end)).toBe(passage);
              expect(start).toBeGreaterThanOrEqual(at);
              left += blank(text, headings, at).slice(at, start);
              at = end;
            }
            left += blank(text, headings, at).slice(at);
            expect(left.trim()).toBe('');
          }
        },
      ),
      { numRuns: 150 },
    );
  });

  test('never crosses a heading, and names the way to it', () => {
    const chunks = cut(
      document([
        part('Before.', '# Orders', 'How to order.', '## Returns', 'Within 30 days.', '# Contact', 'Write to us.'),
      ]),
    );
    expect(chunks.map(({ titlePath, text }) => [titlePath.join(' › '), text])).toEqual([
      ['Guide', 'Before.'],
      ['Guide › Orders', 'How to order.'],
      ['Guide › Orders › Returns', 'Within 30 days.'],
      ['Guide › Contact', 'Write to us.'],
    ]);
  });

  test('leaves out a title that says the same as the one above it', () => {
    expect(cut(document([part('# guide', 'Text.')]))[0]!.titlePath).toEqual(['Guide']);
  });

  test('carries headings from page to page, and not from sheet to sheet', () => {
    const pages = [
      { ...part('# Fees', 'One.'), page: 1 },
      { ...part('Two.'), page: 2 },
    ];
    expect(cut(document(pages)).map(({ titlePath, page }) => [titlePath, page])).toEqual([
      [['Guide', 'Fees'], 1],
      [['Guide', 'Fees'], 2],
    ]);
    const sheets = [part('# Fees', 'One.'), part('Two.')];
    expect(cut(document(sheets)).map(({ titlePath }) => titlePath)).toEqual([
      ['Guide', 'Part 1', 'Fees'],
      ['Guide', 'Part 2'],
    ]);
  });

  test('keeps a heading with nothing under it as a passage of its own', () => {
    expect(cut(document([part('# Menu', '## Soup', '## Salad')])).map(({ text }) => text)).toEqual(['Soup', 'Salad']);
  });

  test('joins small neighbours and cuts long paragraphs at sentences, in even shares', () => {
    const small = cut(document([part(...Array.from({ length: 12 }, () => sentence(20)))]));
    expect(small.map(({ text }) => wordsIn(text))).toEqual([120, 120]);
    const long = cut(document([part(Array.from({ length: 25 }, () => sentence(20)).join(' '))]));
    expect(long.every(({ text }) => text.endsWith('.') && wordsIn(text) <= 220 && wordsIn(text) >= 120)).toBe(true);
  });

  test('keeps the rows of a table whole', () => {
    const row = (index: number) => `Name: Person number ${index}\nTown: somewhere, anywhere. Or not\nSum: ${index}`;
    const rows = Array.from({ length: 60 }, (_, index) => row(index));
    const chunks = cut(document([part(...rows)]));
    expect(chunks.length).toBeGreaterThan(2);
    expect(chunks.flatMap(({ text }) => text.split('\n\n'))).toEqual(rows);
  });

  test('takes a paragraph or table that has no end in steps, and cuts it at its sentences or rows all the same', () => {
    const row = (index: number) => `${index}\tPerson number ${index}\tsomewhere`;
    const rows = Array.from({ length: 6_000 }, (_, index) => row(index)).join('\n');
    const prose = Array.from({ length: 10_000 }, () => sentence(8)).join(' ');
    const joined = '汉'.repeat(100_000);
    for (const text of [rows, prose, joined]) {
      const steps = [...cutBySteps(document([part(text)]))];
      expect(steps.length).toBeGreaterThan(text.length / 25_000);
      const chunks = steps.flat();
      for (const chunk of chunks) expect(chunk.text).toBe(text.slice(chunk.start, chunk.end));
      expect(
        chunks
          .map((chunk) => chunk.text)
          .join('')
          .replace(/\s/g, ''),
      ).toBe(text.replace(/\s/g, ''));
      if (text === rows) expect(chunks.flatMap((chunk) => chunk.text.split('\n'))).toEqual(rows.split('\n'));
      if (text === prose) expect(chunks.every((chunk) => /^Word .*\.$/s.test(chunk.text))).toBe(true);
    }
  });

  test('measures Chinese and Japanese by their characters', () => {
    for (const text of ['我们每天早上九点开门。'.repeat(120), '営業時間は午前九時からです。'.repeat(120)]) {
      const chunks = cut(document([part(text)]));
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.every((chunk) => chunk.text.endsWith('。') && chunk.text.length < 520)).toBe(true);
    }
  });

  test('cuts even what has neither sentences nor blanks', () => {
    const chunks = cut(document([part('x'.repeat(100_000)), part('汉'.repeat(5_000)), part('😀'.repeat(5_000))]));
    expect(chunks.every(({ text }) => !/^[\udc00-\udfff]|[\ud800-\udbff]$/.test(text))).toBe(true);
    expect(chunks.filter(({ partNumber }) => partNumber === 2).every(({ text }) => text.length < 600)).toBe(true);
  });
});

test.each(['a ', 'a-'])('a text full of %j is cut in no time', (piece) => {
  const text = piece.repeat(3_000_000 / piece.length);
  const startedAt = performance.now();
  cut(document([{ text }]));
  expect(performance.now() - startedAt).toBeLessThan(2_500);
});

describe('sentences', () => {
  test.each(['A. ', '1. ', 'A.\n', '\n', 'a', 'a ', '. ', 'Yes! '])(
    'of a text full of %j are found in no time',
    (piece) => {
      const startedAt = performance.now();
      sentencesOf(piece.repeat(150_000 / piece.length));
      expect(performance.now() - startedAt).toBeLessThan(1_500);
    },
  );

  test('are the same wherever a long text is looked at bit by bit', () => {
    const sentence = (n: number) => `Number ${n} is${' very'.repeat((n * 7) % 60)} good, says Dr. Who!`;
    const written = Array.from({ length: 2_000 }, (_, n) => sentence(n));
    const giant = `It goes on${' and on'.repeat(3_000)}.`;
    const all = [...written, giant, ...written];
    const text = all.join(' ');
    expect(sentencesOf(text, 'en').map(({ start, end }) => text.slice(start, end))).toEqual(all);
  });

  test.each([
    ['en', 'Ask Dr. Smith. He knows! Does he? Yes.', 4],
    ['de', 'Das kostet z. B. 3 Euro. Nr. 5 ist frei. Fragen Sie Prof. Maier.', 3],
    ['fr', 'Où est M. Dupont ? Il est là. Parfait !', 3],
    ['es', '¿Dónde está? ¡Aquí! La Sra. López lo sabe.', 3],
    ['tr', 'Mağaza açık mı? Evet. Saat dokuzda açılır.', 3],
    ['ar', 'هل المتجر مفتوح؟ نعم. يفتح في التاسعة.', 3],
    ['he', 'האם החנות פתוחה? כן. היא נפתחת בתשע.', 3],
    ['zh', '商店开门吗？是的。九点开门！', 3],
    ['ja', '店は開いていますか？はい。九時に開きます。', 3],
  ])('are told in %s', (language, text, count) => {
    const spans = sentencesOf(text, language);
    expect(spans.map(({ start, end }) => text.slice(start, end)).length).toBe(count);
  });

  test('go on over line breaks, and end at an empty line', () => {
    const text = 'This goes\non here. That\n\nis new';
    expect(sentencesOf(text, 'en').map(({ start, end }) => text.slice(start, end))).toEqual([
      'This goes\non here.',
      'That',
      'is new',
    ]);
  });
});
