import { describe, expect, it } from 'vitest';
import { findWords } from './find-words.ts';

const found = (text: string, terms: string[]) =>
  findWords(text, terms)
    .filter(({ isFound }) => isFound)
    .map(({ text: word }) => word);

describe('the words of a passage that were looked up', () => {
  it('are found by their stem, in any case and with any accents', () => {
    expect(found('Returns: our policies on Returned goods.', ['return', 'polici'])).toEqual([
      'Returns',
      'policies',
      'Returned',
    ]);
    expect(found('One policy.', ['polici'])).toEqual(['policy']);
    expect(found('Der Rückversand ist kostenlos.', ['ruckversand', 'kostenlos'])).toEqual(['Rückversand', 'kostenlos']);
  });

  it('are not words that merely begin alike', () => {
    expect(found('A carpet in the car, a category of cats', ['car', 'cat'])).toEqual(['car', 'cats']);
  });

  it('are found within writing without blanks, neighbours joined', () => {
    expect(found('退货运费由我们承担', ['运费', '承担', '退'])).toEqual(['退', '运费', '承担']);
  });

  it('leave the text whole', () => {
    const text = 'Shipping takes 3 days.';
    expect(
      findWords(text, ['ship', 'dai'])
        .map((part) => part.text)
        .join(''),
    ).toBe(text);
    expect(findWords(text, [])).toEqual([{ text, isFound: false }]);
  });
});
