import type { PassageMatch } from '../storage/repositories/passages.ts';
import type { Ranked } from './rank.ts';

/** Which words of the question a passage was found by, the weightiest first. Shares of the score: 1 in all at most. */
export function matchesOf({ found, score }: Ranked): PassageMatch[] {
  return found
    .map(({ concept, score: part, where }) => ({ term: concept.term, weight: part / score, where }))
    .sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
}
