import { describe, expect, it } from 'vitest';
import { changedPairs, draftOf } from './pairs-draft.ts';

const pair = (question: string) => ({ question, answer: `${question}!` });
const questions = (pairs: readonly { question: string }[]) => pairs.map(({ question }) => question).join('');

describe('pairs that are edited', () => {
  const [a, b, c] = draftOf([pair('a'), pair('b'), pair('c')]) as [never, never, never];
  const pairs = [a, b, c] as ReturnType<typeof draftOf>;

  it('move by one, and stay where there is nowhere to go', () => {
    const { key } = pairs[1]!;
    expect(questions(changedPairs(pairs, { type: 'move', key, by: -1 }))).toBe('bac');
    expect(questions(changedPairs(pairs, { type: 'move', key, by: 1 }))).toBe('acb');
    expect(questions(changedPairs(pairs, { type: 'move', key: pairs[0]!.key, by: -1 }))).toBe('abc');
  });

  it('keep their keys when others are added, edited and removed', () => {
    const { key } = pairs[1]!;
    const edited = changedPairs(pairs, { type: 'edit', key, part: { question: 'B' } });
    const rest = changedPairs(edited, { type: 'remove', key: pairs[0]!.key });
    expect(
      changedPairs(rest, { type: 'add' })
        .map((one) => one.key)
        .slice(0, 2),
    ).toEqual([key, pairs[2]!.key]);
    expect(questions(rest)).toBe('Bc');
  });

  it('take imported ones in place of empty rows', () => {
    const empty = draftOf([{ question: ' ', answer: '' }]);
    expect(questions(changedPairs([...pairs, ...empty], { type: 'import', pairs: [pair('d')] }))).toBe('abcd');
  });
});
