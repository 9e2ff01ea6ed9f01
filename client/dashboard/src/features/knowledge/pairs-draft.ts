import { randomId } from '../../lib/random-id.ts';
import type { Pair } from './parse-pairs.ts';

/** A pair while it is edited; `key` stays with it wherever it is moved. */
export interface DraftPair extends Pair {
  key: string;
}

export type PairsChange =
  | { type: 'edit'; key: string; part: Partial<Pair> }
  | { type: 'add' }
  | { type: 'remove'; key: string }
  | { type: 'move'; key: string; by: -1 | 1 }
  | { type: 'import'; pairs: readonly Pair[] };

export const draftOf = (pairs: readonly Pair[]): DraftPair[] =>
  pairs.map(({ question, answer }) => ({ key: randomId(), question, answer }));

const isEmpty = ({ question, answer }: Pair) => question.trim() === '' && answer.trim() === '';

/** The pairs after a change. Those imported come after what is there, in place of empty rows. */
export function changedPairs(pairs: readonly DraftPair[], change: PairsChange): readonly DraftPair[] {
  switch (change.type) {
    case 'edit':
      return pairs.map((pair) => (pair.key === change.key ? { ...pair, ...change.part } : pair));
    case 'add':
      return [...pairs, ...draftOf([{ question: '', answer: '' }])];
    case 'remove':
      return pairs.filter(({ key }) => key !== change.key);
    case 'import':
      return [...pairs.filter((pair) => !isEmpty(pair)), ...draftOf(change.pairs)];
    case 'move': {
      const from = pairs.findIndex(({ key }) => key === change.key);
      const to = from + change.by;
      if (from === -1 || to < 0 || to >= pairs.length) return [...pairs];
      const moved = [...pairs];
      moved.splice(to, 0, ...moved.splice(from, 1));
      return moved;
    }
  }
}
