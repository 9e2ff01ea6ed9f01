import { describe, expect, it } from 'vitest';
import { segmentsOf } from './segments.ts';

const chunk = (number: number, start: number, end: number) => ({
  id: `c${number}`,
  number,
  start,
  end,
  edited: false,
  hidden: false,
});

describe('the text of a part in pieces', () => {
  it('keeps passages and what stands between them in order, without blank pieces', () => {
    const text = 'Title\n\nFirst passage.\n\nSecond passage.\nRest';
    const first = text.indexOf('First');
    const second = text.indexOf('Second');
    const pieces = segmentsOf({
      text,
      chunks: [chunk(2, second, second + 15), chunk(1, first, first + 14)],
    });
    expect(pieces.map(({ kind, text: piece }) => [kind, piece])).toEqual([
      ['between', 'Title'],
      ['passage', 'First passage.'],
      ['passage', 'Second passage.'],
      ['between', 'Rest'],
    ]);
  });

  it('is all between where a part has no passage, and nothing for an empty one', () => {
    expect(segmentsOf({ text: 'Alone', chunks: [] })).toEqual([{ kind: 'between', start: 0, text: 'Alone' }]);
    expect(segmentsOf({ text: ' \n', chunks: [] })).toEqual([]);
  });
});
