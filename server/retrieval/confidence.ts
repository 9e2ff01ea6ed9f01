import type { Ranked, Ranking } from './rank.ts';

/** How sure it is that the passages hold an answer to the question, from 0 to 1. */
export function confidenceOf(ranking: Ranking, ranked: readonly Ranked[]): number {
  const [first] = ranked;
  if (!first) return 0;
  const all = ranking.concepts.reduce((sum, concept) => sum + concept.weight * concept.rareness, 0);
  const found = first.found.reduce((sum, { concept, weight }) => sum + concept.weight * concept.rareness * weight, 0);
  return all > 0 ? Math.min(1, found / all) : 0;
}
