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
    best: -1.97,
    window: 1.59,
    unknown: -1.65,
    score: 8.9,
    gap: 0.69,
    telling: 1.68,
    words: -0.91,
    found: 1.72,
    exact: -2.36,
    pairs: 0.58,
    row: 0.5,
    windowOfWords: 1.69,
    inflected: 0.4,
    unspaced: -0.66,
    size: -0.8,
  },
  bias: 0.17,
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
