import { type Akin, chooseKin, mayHaveKin, type Neighbourhood, neighbourhoodsOf } from './akin.ts';
import { type CandidatePlan, planCandidates } from './candidates.ts';
import { feedbackScore, feedbackTerms, type TermUse, termsInUse } from './feedback.ts';
import { candidatesMax, type RankingParameters, rankingParameters, rerankedMax } from './parameters.ts';
import type { PassageVector } from './passage-vector.ts';
import { type ReadQuestion, readQuestion, type Wanted } from './question.ts';
import { type Concept, conceptsByKey, type Found, findConcepts, proximityScore } from './score.ts';
import { type CorpusStatistics, rareness } from './statistics.ts';
import { strongKey, termKey } from './term-key.ts';

/** A passage as storage holds it. */
export interface Candidate {
  id: string;
  vector: PassageVector;
}

export interface Ranked extends Candidate {
  score: number;
  /** Of the question's own words alone. */
  wordScore: number;
  found: Found[];
  /** Whether its heading is the question, word for word. */
  isAsked: boolean;
}

export interface RankingOptions {
  parameters?: RankingParameters;
  /** About how many passages are fetched. */
  budget?: number;
}

/**
 * Ranking step by step. Between the steps storage is asked: for the frequencies of keys, for the words in
 * neighbourhoods, for candidates. Both storages take the same steps, so that they come to the same list.
 *
 * 1. `new Ranking`, then look up the frequencies of `ownKeys`;
 * 2. `neighbourhoods`, then look up the words of the vocabulary in them;
 * 3. `kinKeys`, then look up the frequencies of these;
 * 4. `plan`, then fetch the passages it names;
 * 5. `score`, then look up the frequencies and terms of `feedbackKeys`;
 * 6. `rank`.
 */
export class Ranking {
  readonly statistics: CorpusStatistics;
  readonly wanted: Wanted[];
  /** The language the question is most likely in: two letters, or `und`. */
  readonly language: string;
  /** The words of the question that passages may have, once the plan is made. */
  concepts: Concept[] = [];
  /** Those that no passage has, nor anything like them. */
  unknown: Concept[] = [];
  /** Those that some passage has, once the plan is made. */
  #headings: ReadQuestion['headings'];
  readonly #seed: number;
  readonly #parameters: RankingParameters;
  readonly #budget: number;
  readonly #frequencies = new Map<number, number>();
  #kin = new Map<string, Akin[]>();
  #top: Ranked[] = [];
  #use: TermUse = new Map();

  constructor(
    question: { text: string; language?: string | undefined },
    statistics: CorpusStatistics,
    seed: number,
    { parameters = rankingParameters, budget = candidatesMax }: RankingOptions = {},
  ) {
    this.statistics = statistics;
    this.#seed = seed;
    this.#parameters = parameters;
    this.#budget = budget;
    const { wanted, headings, language } = readQuestion(question.text, question.language, statistics, seed);
    this.wanted = wanted;
    this.#headings = headings;
    this.language = language;
  }

  /** The words looked up, in the order of the question; where no passage has a word, the kin that stands for it. */
  get terms(): string[] {
    const concepts = [...this.concepts, ...this.unknown].sort((a, b) => a.position - b.position);
    return concepts.length > 0 ? concepts.map(({ term }) => term) : this.wanted.map(({ term }) => term);
  }

  /** What the question's words are found under, the passages that are about them, and headings like the question. */
  get ownKeys(): number[] {
    const keys = this.wanted.flatMap(({ forms }) => forms.map(({ key }) => key));
    return [...new Set([...keys, ...keys.map(strongKey), ...this.#headings.exact, ...this.#headings.terms])];
  }

  learnFrequencies(frequencies: Iterable<readonly [number, number]>): void {
    for (const [key, frequency] of frequencies) this.#frequencies.set(key, frequency);
  }

  frequencyOf = (key: number): number => this.#frequencies.get(key) ?? 0;

  get neighbourhoods(): Neighbourhood[] {
    const forms = new Map(this.wanted.flatMap(({ forms }) => forms.map((form) => [form.term, form.key] as const)));
    return [...forms]
      .filter(([term]) => mayHaveKin(term))
      .flatMap(([term, key]) => neighbourhoodsOf(term, this.frequencyOf(key) > 0));
  }

  /** Takes the words found in each of `neighbourhoods`, and answers what the chosen ones are found under. */
  kinKeys(found: readonly { neighbourhood: Neighbourhood; words: Iterable<string> }[]): number[] {
    const words = new Map<string, string[]>();
    for (const one of found) {
      const { term } = one.neighbourhood;
      words.set(term, [...(words.get(term) ?? []), ...one.words]);
    }
    this.#kin = new Map([...words].map(([term, some]) => [term, chooseKin(term, some, this.#parameters)]));
    return [...new Set([...this.#kin.values()].flat().map(({ term }) => termKey(term, this.#seed)))];
  }

  plan(): CandidatePlan {
    const { passages } = this.statistics;
    const all = this.wanted.map((wanted) => this.#concept(wanted));
    this.concepts = all.filter(({ forms }) => forms.length > 0);
    this.unknown = all.filter(({ forms }) => forms.length === 0);
    const byWords = planCandidates(
      this.concepts.map(({ forms }) => forms.map(({ key }) => key)),
      this.frequencyOf,
      passages,
      this.#budget,
    );
    const known = (keys: readonly number[]) => keys.filter((key) => this.frequencyOf(key) > 0);
    this.#headings = { exact: known(this.#headings.exact), terms: known(this.#headings.terms) };
    const headings = [...this.#headings.exact, ...this.#headings.terms];
    return headings.length > 0 ? [...byWords, [headings]] : byWords;
  }

  score(candidates: Iterable<Candidate>): void {
    const scored: Ranked[] = [];
    const byKey = conceptsByKey(this.concepts);
    for (const { id, vector } of candidates) {
      const found = findConcepts(vector, byKey, this.statistics, this.#parameters);
      const wordScore = found.reduce((sum, { score }) => sum + score, 0);
      const isAsked = this.#headings.exact.some((key) => vector.find(key) >= 0);
      const score = wordScore + this.#headingScore(vector);
      if (score > 0) scored.push({ id, vector, score, wordScore, found, isAsked });
    }
    this.#top = scored.sort(best).slice(0, rerankedMax);
    for (const ranked of this.#top) {
      ranked.score += proximityScore(ranked.vector, this.concepts, this.#parameters);
    }
    this.#top.sort(best);
    this.#use = termsInUse(
      this.#top.map(({ vector }) => vector),
      this.#top.map(({ score }) => score),
      this.#parameters,
    );
  }

  get feedbackKeys(): number[] {
    return [...this.#use.keys()];
  }

  /** The best first, equal ones by id. `characters` are the keys of single characters among `feedbackKeys`. */
  rank(characters: ReadonlySet<number>): Ranked[] {
    const p = this.#parameters;
    const isCharacter = (key: number) => characters.has(key);
    const terms = feedbackTerms(this.#use, this.frequencyOf, isCharacter, this.statistics, p);
    const weight = p.feedback * this.concepts.reduce((sum, concept) => sum + concept.weight, 0);
    for (const ranked of this.#top) {
      ranked.score += weight * feedbackScore(ranked.vector, terms, this.statistics, p);
    }
    return this.#top.sort(best);
  }

  /** What it is worth that the heading says what the question says. */
  #headingScore(vector: PassageVector): number {
    const { headingExact, headingTerms } = this.#parameters;
    const { exact, terms } = this.#headings;
    const worth = (key: number) =>
      vector.find(key) < 0 ? 0 : rareness(this.statistics.passages, this.frequencyOf(key));
    return Math.max(
      0,
      ...exact.map((key) => headingExact * worth(key)),
      ...terms.map((key) => headingTerms * worth(key)),
    );
  }

  #concept({ term, forms, position, count, isCharacter }: Wanted): Concept {
    const { passages } = this.statistics;
    const own = forms
      .filter(({ key }) => this.frequencyOf(key) > 0)
      .map(({ key }) => ({ key, weight: 1, rareness: rareness(passages, this.frequencyOf(key)), isOwn: true }));
    const ownRareness = Math.max(0, ...own.map((form) => form.rareness));
    const known = new Set(own.map(({ key }) => key));
    const kin = forms
      .flatMap((form) => this.#kin.get(form.term) ?? [])
      .map(({ term: word, weight }) => {
        const key = termKey(word, this.#seed);
        return { key, weight, rareness: rareness(passages, this.frequencyOf(key)), isOwn: false };
      })
      .filter(({ key }) => !known.has(key) && this.frequencyOf(key) > 0);
    return {
      term: own.length > 0 ? term : (this.#kin.get(term)?.[0]?.term ?? term),
      position,
      weight: (1 + Math.log(count)) * (isCharacter ? this.#parameters.characterWeight : 1),
      isCharacter,
      rareness: own.length > 0 ? ownRareness : Math.max(0, ...kin.map((form) => form.weight * form.rareness)),
      forms: [...own, ...kin],
    };
  }
}

function best(a: { score: number; id: string }, b: { score: number; id: string }): number {
  return b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
}
