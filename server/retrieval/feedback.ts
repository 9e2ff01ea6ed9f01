import type { RankingParameters } from './parameters.ts';
import type { PassageVector } from './passage-vector.ts';
import { frequencyScore } from './score.ts';
import { type CorpusStatistics, rareness } from './statistics.ts';

/** How the passages at the top of a list use a term: averaged, the better passages counting more. */
export type TermUse = Map<number, number>;

/** What the best passages talk about. `scores` belong to `vectors`, best first. */
export function termsInUse(
  vectors: readonly PassageVector[],
  scores: readonly number[],
  p: RankingParameters,
): TermUse {
  const use: TermUse = new Map();
  const best = scores[0] ?? 0;
  let sum = 0;
  for (const [at, vector] of vectors.slice(0, p.feedbackPassages).entries()) {
    const weight = Math.exp((scores[at]! - best) / (best * p.feedbackSharpness));
    sum += weight;
    const length = vector.textWords + p.feedbackTitle * vector.titleWords || 1;
    for (let number = 0; number < vector.size; number += 1) {
      if (vector.isHeading(number)) continue;
      const counts = vector.countsAt(number);
      const share = ((counts & 0xffff) + p.feedbackTitle * (counts >>> 16)) / length;
      const key = vector.keyAt(number);
      use.set(key, (use.get(key) ?? 0) + weight * share);
    }
  }
  for (const [key, value] of use) use.set(key, value / sum);
  return use;
}

export interface FeedbackTerm {
  key: number;
  /** All together have 1. */
  weight: number;
  rareness: number;
}

/** The most telling terms in use. Terms that no other passage has say nothing about which others are alike. */
export function feedbackTerms(
  use: TermUse,
  frequencyOf: (key: number) => number,
  isCharacter: (key: number) => boolean,
  { passages }: CorpusStatistics,
  p: RankingParameters,
): FeedbackTerm[] {
  const terms: FeedbackTerm[] = [];
  for (const [key, value] of use) {
    const frequency = frequencyOf(key);
    if (frequency < 2 || isCharacter(key)) continue;
    const rare = rareness(passages, frequency);
    terms.push({ key, weight: value * rare, rareness: rare });
  }
  terms.sort((a, b) => b.weight - a.weight || a.key - b.key);
  terms.length = Math.min(terms.length, p.feedbackTerms);
  const sum = terms.reduce((all, { weight }) => all + weight, 0);
  return terms.map((term) => ({ ...term, weight: term.weight / (sum || 1) }));
}

/** What it is worth that a passage talks about what the best ones talk about. */
export function feedbackScore(
  vector: PassageVector,
  terms: readonly FeedbackTerm[],
  statistics: CorpusStatistics,
  p: RankingParameters,
): number {
  let score = 0;
  for (const { key, weight, rareness: rare } of terms) {
    const number = vector.find(key);
    if (number < 0) continue;
    const counts = vector.countsAt(number);
    score += weight * rare * frequencyScore(counts >>> 16, counts & 0xffff, vector, statistics, p);
  }
  return score;
}
