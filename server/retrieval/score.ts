import type { RankingParameters } from './parameters.ts';
import { type PassageVector, textFrom } from './passage-vector.ts';
import type { CorpusStatistics } from './statistics.ts';

/** A word of the question with all that may stand for it. */
export interface Concept {
  term: string;
  position: number;
  /** From the question's own repetitions and the kind of term. */
  weight: number;
  isCharacter: boolean;
  /** How telling the word itself is; of an unknown word, its best kin's. */
  rareness: number;
  /** Its own forms and its kin. `weight`: what finding it is worth beside the word itself. */
  forms: { key: number; weight: number; rareness: number; isOwn: boolean }[];
}

/** What of a concept a passage has. */
export interface Found {
  concept: Concept;
  score: number;
  /** From 0 to 1: what stands there for the word, the word itself being 1. */
  weight: number;
  where: 'title' | 'text' | 'both';
}

/** How much `inTitle` and `inText` occurrences count in a passage of these lengths, from 0 up to about 4. */
export function frequencyScore(
  inTitle: number,
  inText: number,
  vector: { titleWords: number; textWords: number },
  { passages, titleWords, textWords }: CorpusStatistics,
  p: RankingParameters,
): number {
  const title = inTitle === 0 ? 0 : inTitle / lengthFactor(p.titleLength, vector.titleWords, titleWords / passages);
  const text = inText === 0 ? 0 : inText / lengthFactor(p.textLength, vector.textWords, textWords / passages);
  const together = p.titleWeight * title + text;
  return (
    (together * (p.saturation + 1)) / (together + p.saturation) +
    (p.titleBonus * title * (p.titleSaturation + 1)) / (title + p.titleSaturation)
  );
}

function lengthFactor(share: number, words: number, average: number): number {
  return average > 0 ? 1 - share + (share * words) / average : 1;
}

/** The words of a question by the keys they may stand under. */
export type ConceptsByKey = ReadonlyMap<number, readonly { concept: Concept; form: Concept['forms'][number] }[]>;

export function conceptsByKey(concepts: readonly Concept[]): ConceptsByKey {
  const byKey = new Map<number, { concept: Concept; form: Concept['forms'][number] }[]>();
  for (const concept of concepts) {
    for (const form of concept.forms) {
      const known = byKey.get(form.key);
      if (known) known.push({ concept, form });
      else byKey.set(form.key, [{ concept, form }]);
    }
  }
  return byKey;
}

/** What a passage has of the question: for each word the best that stands for it, in the order of the question. */
export function findConcepts(
  vector: PassageVector,
  concepts: ConceptsByKey,
  statistics: CorpusStatistics,
  p: RankingParameters,
): Found[] {
  const best = new Map<Concept, Found>();
  const look = (number: number, uses: readonly { concept: Concept; form: Concept['forms'][number] }[]) => {
    const counts = vector.countsAt(number);
    const inTitle = counts >>> 16;
    const inText = counts & 0xffff;
    const frequency = frequencyScore(inTitle, inText, vector, statistics, p);
    const where = inTitle === 0 ? 'text' : inText === 0 ? 'title' : 'both';
    for (const { concept, form } of uses) {
      const score = concept.weight * form.weight * form.rareness * frequency;
      const known = best.get(concept);
      if (known && (known.score > score || (known.score === score && known.weight >= form.weight))) continue;
      best.set(concept, { concept, score, weight: form.weight, where });
    }
  };
  // Whichever is shorter is gone through: looking a key up in a passage takes several steps.
  if (vector.size < concepts.size * lookupSteps) {
    for (let number = 0; number < vector.size; number += 1) {
      const uses = concepts.get(vector.keyAt(number));
      if (uses) look(number, uses);
    }
  } else {
    for (const [key, uses] of concepts) {
      const number = vector.find(key);
      if (number >= 0) look(number, uses);
    }
  }
  return [...best.values()].sort(
    (a, b) => a.concept.position - b.concept.position || (a.concept.term < b.concept.term ? -1 : 1),
  );
}

const lookupSteps = 4;

/** Farther apart than this in the question, words are not expected together. */
const adjacentGapMax = 3;

/** What it is worth that words of the question stand next to each other, or near, as they do in the question. */
export function proximityScore(vector: PassageVector, concepts: readonly Concept[], p: RankingParameters): number {
  const places = concepts.flatMap((concept) => {
    const positions: number[] = [];
    for (const { key } of concept.forms) {
      const number = vector.find(key);
      if (number >= 0) for (const position of vector.positionsAt(number)) positions.push(position);
    }
    return positions.length === 0 ? [] : [{ concept, positions: positions.sort((a, b) => a - b) }];
  });
  let score = 0;
  for (const [at, one] of places.entries()) {
    for (const other of places.slice(at + 1)) {
      const gap = other.concept.position - one.concept.position;
      if (gap <= 0) continue;
      const weight = Math.min(one.concept.rareness * one.concept.weight, other.concept.rareness * other.concept.weight);
      const { adjacent, nearest } = relate(one.positions, other.positions, gap);
      if (gap <= adjacentGapMax) score += (p.adjacency * weight * 2 * adjacent) / (adjacent + 1);
      if (nearest < Number.POSITIVE_INFINITY) score += (p.nearness * weight) / (1 + nearest);
    }
  }
  return score;
}

function relate(first: number[], second: number[], gap: number): { adjacent: number; nearest: number } {
  let adjacent = 0;
  let nearest = Number.POSITIVE_INFINITY;
  for (const a of first) {
    for (const b of second) {
      // Titles and texts are no neighbours.
      if (a === b || a < textFrom !== b < textFrom) continue;
      const distance = b - a;
      if (distance > 0 && distance <= gap + 1) adjacent += 1;
      nearest = Math.min(nearest, Math.abs(distance));
    }
  }
  return { adjacent, nearest };
}
