import { strongKey } from './term-key.ts';

/** Passages are fetched that have all keys of one of these lists. */
export type CandidatePlan = number[][];

interface Choice {
  keys: number[];
  /** About how many passages have all of them. */
  estimate: number;
}

/** Combinations are made of so many of the rarest words. */
const combinedMax = 7;
const combinationMax = 4;

/**
 * Which passages are worth ranking, when there are too many that have any word of the question: those with a rare word,
 * and of common words those that have several together or are about one of them. The choices are taken from the most
 * select on until about `budget` passages are met. `words` are the keys of each word with its kin, `frequencyOf` says
 * how many passages have a key.
 */
export function planCandidates(
  words: number[][],
  frequencyOf: (key: number) => number,
  passages: number,
  budget: number,
): CandidatePlan {
  const known = words
    .map((keys) => keys.filter((key) => frequencyOf(key) > 0))
    .filter((keys) => keys.length > 0)
    .map((keys) => ({ keys, frequency: keys.reduce((sum, key) => sum + frequencyOf(key), 0) }))
    .sort((a, b) => a.frequency - b.frequency);
  const total = known.reduce((sum, { frequency }) => sum + frequency, 0);
  if (total <= budget) return known.flatMap(({ keys }) => keys.map((key) => [key]));

  const plan: CandidatePlan = [];
  let met = 0;
  // The word alone is what its kin are only beside: of common words the kin are left out.
  const common: { key: number; frequency: number }[] = [];
  for (const { keys } of known) {
    const byFrequency = [...keys].sort((a, b) => frequencyOf(a) - frequencyOf(b));
    for (const key of byFrequency) {
      const frequency = frequencyOf(key);
      if (met + frequency <= budget) {
        plan.push([key]);
        met += frequency;
      } else if (key === keys[0]) common.push({ key, frequency });
    }
  }
  common.sort((a, b) => a.frequency - b.frequency);
  const choices = combinations(common.slice(0, combinedMax), passages);
  for (const { key } of common) {
    const strong = strongKey(key);
    const frequency = frequencyOf(strong);
    if (frequency > 0) choices.push({ keys: [strong], estimate: frequency });
  }
  choices.sort((a, b) => a.estimate - b.estimate || a.keys.length - b.keys.length);
  for (const { keys, estimate } of choices) {
    if (plan.some((taken) => taken.every((key) => keys.includes(key)))) continue;
    if (met + estimate > budget && plan.length > 0) break;
    plan.push(keys);
    met += estimate;
  }
  return plan;
}

/**
 * All combinations of two to four. Words of one question come together more often than chance has it, so that each
 * further word thins the passages out less than its own share says.
 */
function combinations(words: { key: number; frequency: number }[], passages: number): Choice[] {
  const choices: Choice[] = [];
  const extend = (from: number, keys: number[], shares: number[]) => {
    if (keys.length >= 2) {
      let estimate = passages;
      for (const [at, share] of [...shares].sort((a, b) => a - b).entries()) estimate *= share ** (1 / 2 ** at);
      choices.push({ keys, estimate: Math.max(1, estimate) });
    }
    if (keys.length === combinationMax) return;
    for (let at = from; at < words.length; at += 1) {
      const { key, frequency } = words[at]!;
      extend(at + 1, [...keys, key], [...shares, Math.min(1, frequency / passages)]);
    }
  };
  extend(0, [], []);
  return choices;
}
