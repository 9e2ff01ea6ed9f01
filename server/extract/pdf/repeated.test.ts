import { describe, expect, test } from 'vitest';
import type { Line } from './lines.ts';
import { dropRepeated } from './repeated.ts';

const line = (text: string, y: number, size = 10): Line => ({ text, left: 50, right: 300, y, size, isRow: false });
const body = [500, 480, 460, 440].map((y) => line('Plain text of the page', y));

/** What is left of pages of which each has a line at its upper and one at its lower edge. */
function left(count: number, edges: (page: number) => Line[]): string[][] {
  const pages = Array.from({ length: count }, (_, at) => [...edges(at + 1), ...body]);
  return dropRepeated(pages).map((lines) =>
    lines.filter(({ text }) => text !== 'Plain text of the page').map(({ text }) => text),
  );
}

describe('lines at the edges of pages', () => {
  test('are dropped after the first where they count the pages or are the same each time', () => {
    const edges = (page: number) => [line('The handbook', 800), line(`Page ${page} of 5`, 20)];
    expect(left(5, edges)).toEqual([['The handbook', 'Page 1 of 5'], [], [], [], []]);
  });

  test('are dropped where left and right pages have their own', () => {
    const edges = (page: number) => [line(page % 2 ? `The handbook ${page}` : `${page} Confab`, 800)];
    expect(left(8, edges).flat()).toEqual(['The handbook 1', '2 Confab']);
  });

  test('are dropped where a preface is numbered in Roman', () => {
    const roman = ['i', 'ii', 'iii', 'iv', 'v', 'vi'];
    expect(left(6, (page) => [line(roman[page - 1]!, 20)]).flat()).toEqual(['i']);
  });

  test('stay where they differ in a number that does not go on with the pages', () => {
    const numbers = [3, 17, 4, 90, 12];
    expect(left(5, (page) => [line(`Tolerance ${numbers[page - 1]} mm`, 800)]).flat()).toHaveLength(5);
  });

  test('stay where they are headings, and entries of a list', () => {
    expect(left(5, (page) => [line(`Question ${page}`, 800, 16)]).flat()).toHaveLength(5);
    expect(left(5, (page) => [line(`${page}. Press the button`, 800)]).flat()).toHaveLength(5);
  });

  test('stay where they come on a few of many pages', () => {
    expect(left(12, (page) => (page <= 4 ? [line(`Sheet ${page}`, 800)] : [])).flat()).toHaveLength(4);
  });
});
