import { describe, expect, test } from 'vitest';
import { linesOf, type TextItem } from './lines.ts';

/** Pieces from the left to the right, each letter ten points wide, blanks five. */
function row(pieces: string[], y = 700): TextItem[] {
  let x = 100;
  return pieces.map((str) => {
    const width = [...str].reduce((sum, char) => sum + (char === ' ' ? 5 : 10), 0);
    const item = { str, transform: [10, 0, 0, 10, x, y], width, height: 10 };
    x += width;
    return item;
  });
}

const textsOf = (items: TextItem[]) => linesOf(items).map(({ text }) => text);

describe('lines', () => {
  test('of Arabic are read from the right, also where each letter is a piece', () => {
    expect(textsOf(row(['ﻡ', 'ﻮ', 'ﻳ', ' ', 'ﻞ', 'ﻛ']))[0]!.normalize('NFKC')).toBe('كل يوم');
  });

  test('of Hebrew keep numbers and foreign words in their own order', () => {
    expect(textsOf(row(['.', 'עת', ' ', 'info', '@', 'x.test', ' ', 'אל', ' ', '17:30', ' ', 'עד']))).toEqual([
      'עד 17:30 אל info@x.test עת.',
    ]);
  });

  test('are told apart by their heights, and keep raised figures', () => {
    const raised = { str: '2', transform: [6, 0, 0, 6, 120, 704], width: 4, height: 6 };
    expect(textsOf([...row(['CO']), raised, ...row(['next'], 686)])).toEqual(['CO2', 'next']);
  });

  test('along the edge of the page come last', () => {
    const along = { str: 'archived copy', transform: [0, 10, -10, 0, 30, 100], width: 120, height: 10 };
    expect(textsOf([along, ...row(['The text of the page itself'])])).toEqual([
      'The text of the page itself',
      'archived copy',
    ]);
  });

  test('of Chinese have no blanks between letters set apart', () => {
    const items = ['营', '业', '时', '间'].map((str, at) => ({
      str,
      transform: [10, 0, 0, 10, 100 + at * 14, 700],
      width: 10,
      height: 10,
    }));
    expect(textsOf(items)).toEqual(['营业时间']);
  });
});
