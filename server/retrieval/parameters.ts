/**
 * The numbers ranking goes by. They were chosen to be good on sets of several kinds and languages together;
 * `docs/retrieval.md` tells how.
 */
export const rankingParameters = {
  /** How soon repetitions of a term say nothing new. */
  saturation: 1,
  /** How much a long text, a long title counts against its words: 0 not at all, 1 in full. */
  textLength: 0.6,
  titleLength: 0.6,
  /** A word in the title is worth so many in the text. */
  titleWeight: 2,
  /** What a word in the title is worth beside, whatever the text says. */
  titleBonus: 0.8,
  titleSaturation: 0.5,
  /** Of a single character of a script without blanks, beside a pair. */
  characterWeight: 0.3,
  /** Of words of the vocabulary that resemble a word of the question. */
  akinSimilar: 0.7,
  akinContained: 0.45,
  akinDiceMin: 0.4,
  akinMax: 6,
  /** Of words of the question that stand next to each other in the passage, too; and near each other. */
  adjacency: 0.1,
  nearness: 0.2,
  /** Of a heading that says the same as the question, word for word or in other forms, beside how rare it is. */
  headingExact: 2,
  headingTerms: 0.5,
  /** Of what the best passages have in common, beside the question's own words. */
  feedback: 0.6,
  feedbackPassages: 8,
  feedbackTerms: 40,
  feedbackTitle: 3,
  /** How much worse than the best a passage may be and still count: its weight falls by e for each such share. */
  feedbackSharpness: 0.15,
};

export type RankingParameters = typeof rankingParameters;

/** How many passages are looked at closely: with all words of the question, and then by what stands where. */
export const rerankedMax = 200;
/** About so many passages are fetched to be ranked; a question of common words alone may meet more. */
export const candidatesMax = 2_000;
