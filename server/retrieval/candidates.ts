import { rareness } from './statistics.ts';
import { strongKey } from './term-key.ts';

/**
 * Which passages are fetched: those that fulfil one of the conditions. A condition is a list of groups of keys; a passage
 * fulfils it that has a key of every group.
 */
export type CandidatePlan = number[][][];

/** A word of the question: the keys it may stand under, the likeliest first. */
interface Word {
  keys: number[];
  frequency: number;
  rareness: number;
}

/** Some words, all of which a passage must have. `words` are numbers into the list of words, ascending. */
interface Choice {
  words: number[];
  keys: number[] | undefined;
  rareness: number;
  /** About how many passages have them all. */
  estimate: number;
}

/** So many of the rarest words are combined, in twos, and of these the rarest in threes. */
const pairedMax = 8;
const tripledMax = 6;
/** Words of one question come together so much more often than chance has it. */
const companionship = 3;

/**
 * Which passages are worth ranking when there are too many that have any word of the question: those that have the most
 * telling words together. Combinations are taken from the most telling on, until about `budget` passages are met; a
 * question of a few common words meets the passages that are about them. `words` are the keys of each word with its kin,
 * `frequencyOf` says how many passages have a key.
 */
export function planCandidates(
  words: number[][],
  frequencyOf: (key: number) => number,
  passages: number,
  budget: number,
): CandidatePlan {
  const known = words
    .map((keys) => wordOf(keys, frequencyOf, passages))
    // What is only like a common word adds little to it, and takes Postgres long to look through.
    .map((word) => (word.frequency > budget ? wordOf(word.keys.slice(0, 1), frequencyOf, passages) : word))
    .filter(({ frequency }) => frequency > 0)
    .sort((a, b) => a.frequency - b.frequency);
  if (known.reduce((sum, { frequency }) => sum + frequency, 0) <= budget) {
    return known.length > 0 ? [[known.flatMap(({ keys }) => keys)]] : [];
  }
  const choices = choicesOf(known, frequencyOf, passages);
  choices.sort((a, b) => b.rareness - a.rareness || a.estimate - b.estimate);
  let taken: Choice[] = [];
  let met = 0;
  for (const choice of choices) {
    // Whoever has all these has all those.
    const replaced = choice.keys
      ? []
      : taken.filter(({ keys, words: more }) => !keys && includesAll(more, choice.words));
    const change = choice.estimate - replaced.reduce((sum, { estimate }) => sum + estimate, 0);
    if (met + change > budget && taken.length > 0) continue;
    taken = [...taken.filter((one) => !replaced.includes(one)), choice];
    met += change;
  }
  return conditionsOf(taken, known);
}

function wordOf(keys: number[], frequencyOf: (key: number) => number, passages: number): Word {
  const there = keys.filter((key) => frequencyOf(key) > 0);
  const frequency = there.reduce((sum, key) => sum + frequencyOf(key), 0);
  return { keys: there, frequency, rareness: rareness(passages, frequency) };
}

function choicesOf(words: Word[], frequencyOf: (key: number) => number, passages: number): Choice[] {
  const choices: Choice[] = [];
  const add = (chosen: number[]) => {
    const some = chosen.map((at) => words[at]!);
    const chance = some.reduce((product, { frequency }) => product * Math.min(1, frequency / passages), passages);
    choices.push({
      words: chosen,
      keys: undefined,
      rareness: some.reduce((sum, word) => sum + word.rareness, 0),
      estimate: Math.min(chance * companionship ** (some.length - 1), ...some.map(({ frequency }) => frequency)),
    });
  };
  for (const [first, { keys }] of words.entries()) {
    add([first]);
    const strong = keys.slice(0, 1).map(strongKey);
    const frequency = strong.reduce((sum, key) => sum + frequencyOf(key), 0);
    if (frequency > 0) {
      choices.push({ words: [first], keys: strong, rareness: rareness(passages, frequency), estimate: frequency });
    }
    for (let second = first + 1; second < Math.min(words.length, pairedMax); second += 1) {
      if (first >= pairedMax) break;
      add([first, second]);
      for (let third = second + 1; third < Math.min(words.length, tripledMax); third += 1) add([first, second, third]);
    }
  }
  return choices;
}

function includesAll(more: readonly number[], fewer: readonly number[]): boolean {
  return fewer.every((one) => more.includes(one));
}

/** Choices that differ in their last word alone make one condition: it is looked up once. */
function conditionsOf(choices: readonly Choice[], words: readonly Word[]): CandidatePlan {
  const last = new Map<string, { before: number[]; keys: number[] }>();
  for (const { words: chosen, keys } of choices) {
    const before = chosen.slice(0, -1);
    const own = keys ?? words[chosen.at(-1)!]!.keys;
    const known = last.get(before.join());
    if (known) known.keys.push(...own);
    else last.set(before.join(), { before, keys: [...own] });
  }
  return [...last.values()].map(({ before, keys }) => [...before.map((at) => words[at]!.keys), keys]);
}
