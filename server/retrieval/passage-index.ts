import { isCharacter } from '../text/scripts.ts';
import { akinListMax, isNeighbour, mayHaveKin, type Neighbourhood } from './akin.ts';
import type { PassageTerms } from './passage-terms.ts';
import { PassageVector } from './passage-vector.ts';
import { type Candidate, type Ranked, Ranking, type RankingOptions } from './rank.ts';
import type { CorpusStatistics } from './statistics.ts';

interface Entry extends Candidate {
  documentId: string;
  terms: PassageTerms;
}

/** The passages of one client in memory, by their terms. */
export class PassageIndex {
  readonly #seed: number;
  readonly #entries = new Map<string, Entry>();
  readonly #postings = new Map<number, Set<Entry>>();
  readonly #terms = new Map<number, string>();
  readonly #statistics: CorpusStatistics = { passages: 0, titleWords: 0, textWords: 0, languages: {} };
  /** The words that may be kin of others, sorted by their beginnings and by their ends; made when asked for. */
  #words: { forwards: string[]; backwards: { turned: string; word: string }[] } | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

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
        if (term !== undefined) {
          this.#terms.set(key, term);
          this.#words = undefined;
        }
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
      if (this.#terms.delete(key)) this.#words = undefined;
    }
    this.#count(entry.terms, -1);
  }

  /** The best first. */
  search(
    question: { text: string; language?: string | undefined; documentIds?: readonly string[] | undefined },
    options?: RankingOptions,
  ): { ranking: Ranking; ranked: Ranked[] } {
    const ranking = new Ranking(question, this.#statistics, this.#seed, options);
    ranking.learnFrequencies(this.#frequencies(ranking.ownKeys));
    const found = ranking.neighbourhoods.map((neighbourhood) => ({
      neighbourhood,
      words: this.#wordsIn(neighbourhood),
    }));
    ranking.learnFrequencies(this.#frequencies(ranking.kinKeys(found)));
    const wanted = question.documentIds && new Set(question.documentIds);
    const candidates = new Set<Entry>();
    for (const groups of ranking.plan()) {
      for (const entry of this.#fulfilling(groups)) if (!wanted || wanted.has(entry.documentId)) candidates.add(entry);
    }
    ranking.score(candidates);
    ranking.learnFrequencies(this.#frequencies(ranking.feedbackKeys));
    const characters = ranking.feedbackKeys.filter((key) => isCharacter(this.#terms.get(key) ?? ''));
    return { ranking, ranked: ranking.rank(new Set(characters)) };
  }

  /** The passages that have a key of every group. */
  *#fulfilling(groups: readonly number[][]): Generator<Entry, void, undefined> {
    const lists = groups.map((keys) => keys.flatMap((key) => this.#postings.get(key) ?? []));
    const sizes = new Map(lists.map((list) => [list, list.reduce((sum, { size }) => sum + size, 0)]));
    const [first, ...others] = lists.sort((a, b) => sizes.get(a)! - sizes.get(b)!);
    for (const list of first ?? []) {
      for (const entry of list) if (others.every((some) => some.some((one) => one.has(entry)))) yield entry;
    }
  }

  *#frequencies(keys: readonly number[]): Generator<[number, number], void, undefined> {
    for (const key of keys) {
      const postings = this.#postings.get(key);
      if (postings) yield [key, postings.size];
    }
  }

  #wordsIn(neighbourhood: Neighbourhood): string[] {
    this.#words ??= sortWords(this.#terms.values());
    const { forwards, backwards } = this.#words;
    const { term, beginning, ending, parts } = neighbourhood;
    const wanted = new Set(parts);
    const nearest = (words: string[]) =>
      words
        .filter((word) => isNeighbour(word, neighbourhood))
        .sort(
          (a, b) => Math.abs(a.length - term.length) - Math.abs(b.length - term.length) || (a < b ? -1 : a > b ? 1 : 0),
        )
        .slice(0, akinListMax);
    const begin = rangeOf(forwards, (word) => word, beginning);
    const end = rangeOf(backwards, ({ turned }) => turned, turn(ending)).map(({ word }) => word);
    const exact = [...wanted].filter((part) => rangeOf(forwards, (word) => word, part)[0] === part);
    return [...nearest(begin), ...nearest(end), ...exact];
  }

  #count({ titleWords, textWords, language }: PassageTerms, sign: 1 | -1): void {
    const statistics = this.#statistics;
    statistics.passages += sign;
    statistics.titleWords += sign * titleWords;
    statistics.textWords += sign * textWords;
    const count = (statistics.languages[language] ?? 0) + sign;
    if (count === 0) delete statistics.languages[language];
    else statistics.languages[language] = count;
  }
}

function sortWords(terms: Iterable<string>): {
  forwards: string[];
  backwards: { turned: string; word: string }[];
} {
  const words = [...terms].filter(mayHaveKin);
  const backwards = words.map((word) => ({ turned: turn(word), word }));
  return {
    forwards: words.sort(),
    backwards: backwards.sort((a, b) => (a.turned < b.turned ? -1 : a.turned > b.turned ? 1 : 0)),
  };
}

/** A word written from its end. */
export function turn(word: string): string {
  return [...word].reverse().join('');
}

/** The part of a sorted list that begins with `beginning`. */
function rangeOf<Item>(items: readonly Item[], textOf: (item: Item) => string, beginning: string): Item[] {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (textOf(items[middle]!) < beginning) low = middle + 1;
    else high = middle;
  }
  let to = low;
  while (to < items.length && textOf(items[to]!).startsWith(beginning)) to += 1;
  return items.slice(low, to);
}
