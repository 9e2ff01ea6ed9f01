import { mayBeUnspaced } from '../text/scripts.ts';
import { type PassageVector, textFrom } from './passage-vector.ts';
import type { Ranked, Ranking } from './rank.ts';
import type { Concept, Found } from './score.ts';
import { rareness } from './statistics.ts';

/** The names of the features, in their order. Shares are of the weight of the question's words, from 0 to 1. */
export const confidenceFeatureNames = [
  /** Share that one of the best passages has; kin counts in part. */
  'best',
  /** Share that stands within a sentence or two of one of the best passages, with what its title has. */
  'window',
  /** Share of words that no passage has as they are. */
  'unknown',
  /** Score of the best passage, beside the most that its words could bring. */
  'score',
  /** How far the sixth passage is behind the first. */
  'gap',
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
  /** `window`, the more words the question has. */
  'windowOfWords',
  /** 1 where the question is not in English: other languages change their words more. */
  'inflected',
  /** 1 where the question is in a script without blanks. */
  'unspaced',
  /** Number of passages there are. */
  'size',
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
  const best = Math.max(0, ...top.map((one) => question.shareOf(one.found)));
  const window = Math.max(0, ...top.map(({ vector }) => question.windowShare(vector)));
  const score = first?.wordScore ?? 0;
  const sixth = ranked[Math.min(5, ranked.length - 1)]?.wordScore ?? 0;
  const words = Math.log1p(question.words.length);
  const pairs = top.map(({ vector }) => question.pairsIn(vector));
  return [
    best,
    window,
    question.unknownShare,
    score / (2 * question.weight),
    score > 0 ? (score - sixth) / score : 0,
    Math.log1p((question.shareOf(found) * question.weight) / question.rarest),
    words,
    Math.log1p(found.reduce((sum, { concept, weight }) => sum + (concept.isCharacter ? 0 : weight), 0)),
    question.shareOf(found.filter(({ weight }) => weight === 1)),
    Math.log1p(Math.max(0, ...pairs.map(({ count }) => count))),
    Math.log1p(Math.max(0, ...pairs.map(({ longest }) => longest))),
    window * words,
    ranking.language === 'en' ? 0 : 1,
    question.isUnspaced ? 1 : 0,
    Math.log(ranking.statistics.passages + 1),
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
