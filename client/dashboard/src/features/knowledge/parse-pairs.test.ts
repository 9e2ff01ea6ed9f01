import { describe, expect, it } from 'vitest';
import { parsePairs } from './parse-pairs.ts';

describe('pairs pasted as CSV', () => {
  it('are read with quotes, doubled quotes, line breaks and a row of names', () => {
    const text = 'Question,Answer\r\nWhen?,"From 9 to 6,\nnot on ""Sundays""."\r\n\r\nWhere?,Here\r\n';
    expect(parsePairs(text)).toEqual({
      pairs: [
        { question: 'When?', answer: 'From 9 to 6,\nnot on "Sundays".' },
        { question: 'Where?', answer: 'Here' },
      ],
      incomplete: [],
    });
  });

  it('are read with semicolons and with the tabs of a spreadsheet, further columns left out', () => {
    expect(parsePairs('Wann?;Von 9 bis 18, außer sonntags;intern').pairs).toEqual([
      { question: 'Wann?', answer: 'Von 9 bis 18, außer sonntags' },
    ]);
    expect(parsePairs('When, exactly?\tAt 9; or so').pairs).toEqual([
      { question: 'When, exactly?', answer: 'At 9; or so' },
    ]);
  });

  it('tell the rows that lack one side', () => {
    expect(parsePairs('Q,A\nWhen?,\nWhere?,Here\n,Nothing')).toEqual({
      pairs: [{ question: 'Where?', answer: 'Here' }],
      incomplete: [2, 4],
    });
  });

  it('are none in an empty text', () => {
    expect(parsePairs(' \n')).toEqual({ pairs: [], incomplete: [] });
  });
});
