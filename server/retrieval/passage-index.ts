import { isCharacter } from '../text/scripts.ts';
import type { Neighbourhood } from './akin.ts';
import type { PassageTerms } from './passage-terms.ts';
import { PassageVector } from './passage-vector.ts';
import { type Candidate, type Ranked, Ranking, type RankingOptions } from './rank.ts';
import type { CorpusStatistics } from './statistics.ts';
import { nearest, Vocabulary, type WordsNearby } from './vocabulary.ts';

interface Entry extends Candidate {
  documentId: string;
  terms: PassageTerms;
}

/**
 * Some of a client's passages by their terms. It can be filled apart from the index, and then be searched with it
 * without another look at its passages.
 */
export class PassageSegment {
  readonly statistics: CorpusStatistics = { passages: 0, titleWords: 0, textWords: 0, languages: {} };
  readonly #entries = new Map<string, Entry>();
  readonly #postings = new Map<number, Set<Entry>>();
  readonly #terms = new Map<number, string>();
  readonly #vocabulary = new Vocabulary();

  /** Replaces what was there under the id. */
  add(id: string, documentId: string, terms: PassageTerms): void {
    this.remove(id);
    const entry = { id, documentId, terms, vector: new PassageVector(terms.vector) };
    this.#entries.set(id, entry);
    for (const key of terms.keys) {
      const postings = this.#postings.get(key);
      if (postings) postings.add(entry);
      else {
        this.#postings.set(key, new Set([entry]));
        const term = terms.terms.get(key);
        if (term === undefined) continue;
        this.#terms.set(key, term);
        this.#vocabulary.add(term);
      }
    }
    this.#count(terms, 1);
  }

  remove(id: string): void {
    const entry = this.#entries.get(id);
    if (!entry) return;
    this.#entries.delete(id);
    for (const key of entry.terms.keys) {
      const postings = this.#postings.get(key)!;
      postings.delete(entry);
      if (postings.size > 0) continue;
      this.#postings.delete(key);
      const term = this.#terms.get(key);
      if (term === undefined) continue;
      this.#terms.delete(key);
      this.#vocabulary.remove(term);
    }
    this.#count(entry.terms, -1);
  }

  /** Sorts in the words that have come, which the next search would do otherwise. */
  settle(): void {
    this.#vocabulary.settle();
  }

  frequencyOf(key: number): number {
    return this.#postings.get(key)?.size ?? 0;
  }

  termOf(key: number): string | undefined {
    return this.#terms.get(key);
  }

  wordsIn(neighbourhood: Neighbourhood): WordsNearby {
    return this.#vocabulary.wordsIn(neighbourhood);
  }

  /** The passages that have a key of every group. */
  *fulfilling(groups: readonly number[][]): Generator<Entry, void, undefined> {
    const lists = groups.map((keys) => keys.flatMap((key) => this.#postings.get(key) ?? []));
    const sizes = new Map(lists.map((list) => [list, list.reduce((sum, { size }) => sum + size, 0)]));
    const [first, ...others] = lists.sort((a, b) => sizes.get(a)! - sizes.get(b)!);
    for (const list of first ?? []) {
      for (const entry of list) if (others.every((some) => some.some((one) => one.has(entry)))) yield entry;
    }
  }

  #count({ titleWords, textWords, language }: PassageTerms, sign: 1 | -1): void {
    addUp(this.statistics, { passages: 1, titleWords, textWords, languages: { [language]: 1 } }, sign);
  }
}

/** The passages of one client in memory, by their terms. */
export class PassageIndex {
  readonly #seed: number;
  readonly #own = new PassageSegment();
  readonly #segments = new Set([this.#own]);

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Replaces what was there under the id. */
  add(id: string, documentId: string, terms: PassageTerms): void {
    this.#own.add(id, documentId, terms);
  }

  /** Of what was added here, not with a segment. */
  remove(id: string): void {
    this.#own.remove(id);
  }

  /** Searches these passages as well from now on. None of them may be here already. */
  attach(segment: PassageSegment): void {
    this.#segments.add(segment);
  }

  detach(segment: PassageSegment): void {
    this.#segments.delete(segment);
  }

  /** The best first. */
  search(
    question: { text: string; language?: string | undefined; documentIds?: readonly string[] | undefined },
    options?: RankingOptions,
  ): { ranking: Ranking; ranked: Ranked[] } {
    const segments = [...this.#segments];
    const statistics = { passages: 0, titleWords: 0, textWords: 0, languages: {} };
    for (const segment of segments) addUp(statistics, segment.statistics, 1);
    const ranking = new Ranking(question, statistics, this.#seed, options);
    ranking.learnFrequencies(frequenciesIn(segments, ranking.ownKeys));
    const found = ranking.neighbourhoods.map((neighbourhood) => ({
      neighbourhood,
      words: wordsIn(segments, neighbourhood),
    }));
    ranking.learnFrequencies(frequenciesIn(segments, ranking.kinKeys(found)));
    const wanted = question.documentIds && new Set(question.documentIds);
    const candidates = new Set<Entry>();
    for (const groups of ranking.plan()) {
      for (const segment of segments) {
        for (const entry of segment.fulfilling(groups)) {
          if (!wanted || wanted.has(entry.documentId)) candidates.add(entry);
        }
      }
    }
    ranking.score(candidates);
    ranking.learnFrequencies(frequenciesIn(segments, ranking.feedbackKeys));
    const termOf = (key: number) => segments.find((segment) => segment.termOf(key) !== undefined)?.termOf(key) ?? '';
    const characters = ranking.feedbackKeys.filter((key) => isCharacter(termOf(key)));
    return { ranking, ranked: ranking.rank(new Set(characters)) };
  }
}

function* frequenciesIn(
  segments: readonly PassageSegment[],
  keys: readonly number[],
): Generator<[number, number], void, undefined> {
  for (const key of keys) {
    let frequency = 0;
    for (const segment of segments) frequency += segment.frequencyOf(key);
    if (frequency > 0) yield [key, frequency];
  }
}

/** The words near by, as if all segments were one. */
function wordsIn(segments: readonly PassageSegment[], neighbourhood: Neighbourhood): string[] {
  const nearby = segments.map((segment) => segment.wordsIn(neighbourhood));
  const united = (lists: string[][]) => nearest([...new Set(lists.flat())], neighbourhood);
  const begin = united(nearby.map(({ begin }) => begin));
  const end = united(nearby.map(({ end }) => end));
  const exact = new Set(nearby.flatMap((words) => words.exact));
  return [...begin, ...end, ...[...new Set(neighbourhood.parts)].filter((part) => exact.has(part))];
}

function addUp(sum: CorpusStatistics, more: CorpusStatistics, sign: 1 | -1): void {
  sum.passages += sign * more.passages;
  sum.titleWords += sign * more.titleWords;
  sum.textWords += sign * more.textWords;
  for (const [language, passages] of Object.entries(more.languages)) {
    const count = (sum.languages[language] ?? 0) + sign * passages;
    if (count === 0) delete sum.languages[language];
    else sum.languages[language] = count;
  }
}
