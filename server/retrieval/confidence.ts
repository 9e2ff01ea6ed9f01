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
    best: -0.04,
    window: 1.4,
    unknown: -3.29,
    score: 6.87,
    telling: 2.46,
    words: -0.03,
    found: 0.79,
    exact: -2.29,
    pairs: 0.69,
    row: 0.52,
    size: -0.83,
    gained: -4.5,
    key: -0.78,
    missing: 0.86,
    rarest: -0.98,
    windowOfUnknown: 5.6,
    windowOfGained: 3.32,
  },
  bias: 3.02,
};

/** Where a heading is the question word for word, what stands below it is the answer, whatever its words tell. */
const askedConfidence = 0.9;

/**
 * How sure it is that the passages hold an answer to the question, from 0 to 1; 0 when nothing was found. From 0.5 on
 * an assistant should answer: of questions that the documents answer, 19 of 20 are there.
 */
export function confidenceOf(ranking: Ranking, ranked: readonly Ranked[], model = confidenceModel): number {
  if (ranked.length === 0) return 0;
  const features = confidenceFeatures(ranking, ranked);
  let logit = model.bias;
  for (const [at, name] of confidenceFeatureNames.entries()) logit += model.weights[name] * features[at]!;
  return Math.max(ranked[0]!.isAsked ? askedConfidence : 0, 1 / (1 + Math.exp(-logit)));
}
