import { confidenceFeatureNames, confidenceFeatures } from './confidence-features.ts';
import type { Ranked, Ranking } from './rank.ts';

type FeatureName = (typeof confidenceFeatureNames)[number];

/** What `npm run calibrate` prints: how much each feature speaks for an answer. */
export interface ConfidenceModel {
  weights: Record<FeatureName, number>;
  /** Such that 0.5 is where an assistant should begin to answer. */
  bias: number;
}

export const confidenceModel: ConfidenceModel = {
  weights: {
    best: -1.91,
    window: 1.61,
    unknown: -1.53,
    score: 8.27,
    gap: 0.64,
    telling: 1.68,
    words: -0.86,
    found: 1.69,
    exact: -1.99,
    pairs: 0.52,
    row: 0.55,
    windowOfWords: 1.68,
    inflected: 0.43,
    unspaced: -0.74,
    size: -0.79,
  },
  bias: 0.22,
};

/**
 * How sure it is that the passages hold an answer to the question, from 0 to 1; 0 when nothing was found. From 0.5 on
 * an assistant should answer: of questions that the documents answer, 19 of 20 are there.
 */
export function confidenceOf(ranking: Ranking, ranked: readonly Ranked[], model = confidenceModel): number {
  if (ranked.length === 0) return 0;
  const features = confidenceFeatures(ranking, ranked);
  let logit = model.bias;
  for (const [at, name] of confidenceFeatureNames.entries()) logit += model.weights[name] * features[at]!;
  return 1 / (1 + Math.exp(-logit));
}
