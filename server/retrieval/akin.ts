import { mayBeUnspaced } from '../text/scripts.ts';
import type { RankingParameters } from './parameters.ts';

/**
 * Which words of the vocabulary are looked at as kin of a word: those that begin with `beginning` or end with `ending`,
 * of those at most `akinListMax` each, nearest in length first, then by code units; and the exact `parts` of the word.
 */
export interface Neighbourhood {
  term: string;
  beginning: string;
  ending: string;
  lengthMin: number;
  lengthMax: number;
  parts: string[];
}

export interface Akin {
  term: string;
  /** From 0 to 1: what finding it is worth beside the word itself. */
  weight: number;
}

export const akinListMax = 40;
const shortest = 4;
/** Kin share this much of a word at its beginning or its end; misspellings less, but they are about as long. */
const kinShare = 0.6;
const misspeltShare = 0.5;
const misspeltDifference = 2;
/** Longer words are nobody's kin. */
const longest = 40;

/** Whether words akin to this one are looked for: not for short ones, numbers, and scripts without blanks. */
export function mayHaveKin(term: string): boolean {
  return term.length >= shortest && !mayBeUnspaced(term) && !/\d/.test(term);
}

/** Where to look for kin of a word: compounds it is part of or made of, and other endings; of an unknown one, misspellings. */
export function neighbourhoodsOf(term: string, isKnown: boolean): Neighbourhood[] {
  const parts = new Set<string>();
  for (let length = shortest; length < term.length; length += 1) {
    parts.add(term.slice(0, length)).add(term.slice(-length));
  }
  const sized = (size: number) => ({ term, beginning: term.slice(0, size), ending: term.slice(-size) });
  const kin = {
    ...sized(Math.max(shortest, Math.ceil(term.length * kinShare))),
    lengthMin: shortest,
    lengthMax: longest,
    parts: [...parts],
  };
  if (isKnown) return [kin];
  const misspelt = {
    ...sized(Math.max(2, Math.floor(term.length * misspeltShare))),
    lengthMin: Math.max(shortest, term.length - misspeltDifference),
    lengthMax: term.length + misspeltDifference,
    parts: [],
  };
  return [kin, misspelt];
}

/** Whether a word of the vocabulary lies in a neighbourhood, by its beginning or its end. */
export function isNeighbour(word: string, { term, beginning, ending, lengthMin, lengthMax }: Neighbourhood): boolean {
  if (word === term || word.length < lengthMin || word.length > lengthMax) return false;
  return word.startsWith(beginning) || word.endsWith(ending);
}

/** The best kin of a word among its neighbours, best first, equal ones by code units. */
export function chooseKin(term: string, neighbours: Iterable<string>, parameters: RankingParameters): Akin[] {
  const own = trigrams(term);
  const kin: Akin[] = [];
  for (const word of new Set(neighbours)) {
    if (word === term || !mayHaveKin(word)) continue;
    const dice = diceOf(own, trigrams(word));
    const isContained = word.startsWith(term) || term.startsWith(word) || word.endsWith(term) || term.endsWith(word);
    const weight = Math.max(
      dice >= parameters.akinDiceMin ? dice * parameters.akinSimilar : 0,
      isContained ? parameters.akinContained : 0,
    );
    if (weight > 0) kin.push({ term: word, weight });
  }
  kin.sort((a, b) => b.weight - a.weight || (a.term < b.term ? -1 : 1));
  return kin.slice(0, parameters.akinMax);
}

function trigrams(word: string): Set<string> {
  const framed = `^${word}$`;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= framed.length; at += 1) grams.add(framed.slice(at, at + 3));
  return grams;
}

function diceOf(a: Set<string>, b: Set<string>): number {
  let common = 0;
  for (const gram of a) if (b.has(gram)) common += 1;
  return (2 * common) / (a.size + b.size);
}
