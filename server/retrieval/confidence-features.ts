import { mayBeUnspaced } from '../text/scripts.ts';
import { type PassageVector, textFrom } from './passage-vector.ts';
import type { Ranked, Ranking } from './rank.ts';
import type { Concept, Found } from './score.ts';
import { rareness } from './statistics.ts';

/**
 * The names of the features, in their order. Shares are of the weight of the question's words, from 0 to 1. Numbers of
 * words are halved in scripts without blanks, where words are pairs of characters, so that they say the same of all.
 */
export const confidenceFeatureNames = [
  /** Share that one of the best passages has; kin counts in part. */
  'best',
  /** Share that stands within a sentence or two of one of the best passages, with what its title has. */
  'window',
  /** Share of words that no passage has as they are. */
  'unknown',
  /** Score of the best passage, beside the most that its words could bring. */
  'score',
  /** How telling what was found is in all, whatever the question asks beside. */
  'telling',
  /** Number of words of the question. */
  'words',
  /** Number of them in the best passage. */
  'found',
  /** Share that the best passage has word for word. */
  'exact',
  /** Number of pairs of words that stand next to each other there, too; and the longest row of them. */
  'pairs',
  'row',
  /** Number of passages there are. */
  'size',
  /** What the best passage gained by the nearness of words, and by what it has in common with the next. */
  'gained',
  /** Share of the two most telling words that one of the best passages has. */
  'key',
  /** Number of words that the best passage has not. */
  'missing',
  /** How telling the most telling word is, beside one that nobody has. */
  'rarest',
  /** `window`, the more of the question nobody has; and the more the best passage gained. */
  'windowOfUnknown',
  'windowOfGained',
] as const;

/** What an answer stands within, in words. */
const windowWords = 30;
/** So many of the best passages are looked at. */
const lookedAt = 3;
const adjacentGapMax = 3;

/** What tells whether the best passages answer the question, in the order of `confidenceFeatureNames`. */
export function confidenceFeatures(ranking: Ranking, ranked: readonly Ranked[]): number[] {
  const question = new Question(ranking);
  const top = ranked.slice(0, lookedAt);
  const [first] = ranked;
  const found = first?.found ?? [];
  const shares = top.map((one) => question.shareOf(one.found));
  const best = Math.max(0, ...shares);
  const fullest = top[Math.max(0, shares.indexOf(best))];
  const window = Math.max(0, ...top.map(({ vector }) => question.windowShare(vector)));
  const unknown = question.unknownShare;
  const score = first?.wordScore ?? 0;
  const gained = first && score > 0 ? Math.log1p((first.score - score) / score) : 0;
  const counted = (count: number) => Math.log1p(question.isUnspaced ? count / 2 : count);
  const pairs = top.map(({ vector }) => question.pairsIn(vector));
  return [
    best,
    window,
    unknown,
    score / (2 * question.weight),
    Math.log1p((question.shareOf(found) * question.weight) / question.rarest),
    counted(question.words.length),
    counted(found.reduce((sum, { concept, weight }) => sum + (concept.isCharacter ? 0 : weight), 0)),
    question.shareOf(found.filter(({ weight }) => weight === 1)),
    counted(Math.max(0, ...pairs.map(({ count }) => count))),
    counted(Math.max(0, ...pairs.map(({ longest }) => longest))),
    Math.log(ranking.statistics.passages + 1),
    gained,
    Math.max(0, ...top.map((one) => question.keyShare(one.found))),
    counted(question.missingFrom(fullest?.found ?? [])),
    question.mostTelling / question.rarest,
    window * unknown,
    window * gained,
  ];
}

/** The question, all of it: also the words that no passage has. */
class Question {
  /** How telling a word is that no passage has. */
  readonly rarest: number;
  /** Of all words together. */
  readonly weight: number;
  /** Without single characters, which are parts of others. */
  readonly words: Concept[];
  readonly isUnspaced: boolean;
  readonly unknownShare: number;
  readonly #concepts: Concept[];

  constructor(ranking: Ranking) {
    this.rarest = rareness(ranking.statistics.passages, 0);
    this.#concepts = [...ranking.concepts, ...ranking.unknown];
    this.words = this.#concepts.filter(({ isCharacter }) => !isCharacter).sort((a, b) => a.position - b.position);
    this.isUnspaced = this.words.some(({ term }) => mayBeUnspaced(term));
    this.weight = this.#sum(this.#concepts) || 1;
    const unknown = this.#concepts.filter(({ forms }) => !forms.some(({ isOwn }) => isOwn));
    this.unknownShare = this.#sum(unknown) / this.weight;
  }

  shareOf(found: readonly Found[]): number {
    return found.reduce((sum, { concept, weight }) => sum + this.#weightOf(concept) * weight, 0) / this.weight;
  }

  /** Of the most telling word; 0 without words. */
  get mostTelling(): number {
    return Math.max(0, ...this.words.map((word) => this.#weightOf(word)));
  }

  /** Of the two most telling words, the earlier ones of equals. */
  keyShare(found: readonly Found[]): number {
    const key = [...this.words].sort((a, b) => this.#weightOf(b) - this.#weightOf(a)).slice(0, 2);
    const has = new Map(found.map(({ concept, weight }) => [concept, weight]));
    const share = key.reduce((all, concept) => all + this.#weightOf(concept) * (has.get(concept) ?? 0), 0);
    return key.length === 0 ? 0 : share / this.#sum(key);
  }

  /** How many words are not there, nor any of their kin. */
  missingFrom(found: readonly Found[]): number {
    const has = new Set(found.map(({ concept }) => concept));
    return this.words.filter((word) => !has.has(word)).length;
  }

  windowShare(vector: PassageVector): number {
    const inTitle = new Map<Concept, number>();
    const places: { position: number; concept: Concept; weight: number }[] = [];
    for (const concept of this.#concepts) {
      for (const { key, weight: share } of concept.forms) {
        const number = vector.find(key);
        if (number < 0) continue;
        const weight = this.#weightOf(concept) * share;
        for (const position of vector.positionsAt(number)) {
          if (position >= textFrom) places.push({ position, concept, weight });
          else if (!inTitle.has(concept)) inTitle.set(concept, weight);
        }
      }
    }
    places.sort((a, b) => a.position - b.position);
    let best = 0;
    for (const [from, { position }] of places.entries()) {
      const within = new Map<Concept, number>();
      for (let to = from; to < places.length && places[to]!.position <= position + windowWords; to += 1) {
        const { concept, weight } = places[to]!;
        if (!inTitle.has(concept)) within.set(concept, Math.max(within.get(concept) ?? 0, weight));
      }
      best = Math.max(best, sum(within.values()));
    }
    return (best + sum(inTitle.values())) / this.weight;
  }

  /** Words that follow each other in the question and in the passage. */
  pairsIn(vector: PassageVector): { count: number; longest: number } {
    const places = this.words.map(({ forms }) =>
      forms.flatMap(({ key }) => {
        const number = vector.find(key);
        return number < 0 ? [] : vector.positionsAt(number);
      }),
    );
    let count = 0;
    let row = 0;
    let longest = 0;
    for (let at = 0; at + 1 < this.words.length; at += 1) {
      const gap = this.words[at + 1]!.position - this.words[at]!.position;
      const follows = places[at]!.some((a) => places[at + 1]!.some((b) => b > a && b - a <= gap + 1));
      row = gap <= adjacentGapMax && follows ? row + 1 : 0;
      if (row > 0) count += 1;
      longest = Math.max(longest, row);
    }
    return { count, longest };
  }

  #sum(concepts: readonly Concept[]): number {
    return concepts.reduce((all, concept) => all + this.#weightOf(concept), 0);
  }

  /** By the word itself: what only its kin stand for is as telling as a word that nobody has. */
  #weightOf({ forms, weight }: Concept): number {
    const own = forms.filter(({ isOwn }) => isOwn).map((form) => form.rareness);
    return weight * (own.length > 0 ? Math.max(...own) : this.rarest);
  }
}

function sum(values: Iterable<number>): number {
  let all = 0;
  for (const value of values) all += value;
  return all;
}
