import { confidenceFeatures } from '../retrieval/confidence-features.ts';
import { PassageIndex } from '../retrieval/passage-index.ts';
import { passageTerms } from '../retrieval/passage-terms.ts';
import { seedOf } from '../retrieval/term-key.ts';
import { detectLanguage } from '../text/detect-language.ts';
import type { RetrievalSet } from './bench/retrieval-set.ts';

/** A question asked of a corpus, by its features. */
export interface Example {
  features: number[];
}

/** A corpus and what it was asked. */
export interface World {
  /** What people call it. */
  name: string;
  /** The set it is made of. */
  set: string;
  answerable: Example[];
  /** On something else altogether. */
  offTopic: Example[];
  /** On something of the kind that the corpus does not answer. */
  nearTopic: Example[];
  /** How much it counts in a fit. */
  weight: number;
}

const askedMax = 300;
const seed = seedOf('calibration');

/** Every set as a whole, asked the others' questions, and a half of it, asked those of the other half. */
export function worldsOf(sets: { name: string; set: RetrievalSet }[]): World[] {
  return sets.flatMap(({ name, set }) => {
    const index = indexOf(set.corpus);
    const others = sets.filter((other) => other.name !== name && languageOf(other.set) === languageOf(set));
    const eachMax = Math.ceil((askedMax * 1.5) / Math.max(1, others.length));
    const whole: World = {
      name,
      set: name,
      answerable: ask(index, some(answered(set), askedMax)),
      offTopic: others.flatMap((other) => ask(index, some(other.set.queries, eachMax))),
      nearTopic: ask(index, some(set.unanswerable, askedMax)),
      weight: 1,
    };
    // Its own unanswerable questions are on other things altogether when there is no other set to ask.
    if (others.length === 0 && set.unanswerable.length > 0) whole.offTopic = whole.nearTopic.splice(0);
    const foreign = others.flatMap((other) => some(other.set.queries, eachMax));
    const parts = [...halves(name, set, whole.offTopic.length > 0 ? 0.5 : 1), ...small(name, set, foreign)];
    return whole.offTopic.length > 0 ? [whole, ...parts] : parts;
  });
}

const smallCorpus = 60;

/** A few passages, as many owners have no more; asked the other sets' questions, or else the rest of its own. */
function small(name: string, set: RetrievalSet, foreign: { text: string }[]): World[] {
  if (set.corpus.length < smallCorpus * 2) return [];
  const stretches = Math.floor(set.corpus.length / stretch);
  const step = Math.floor(stretches / (smallCorpus / stretch));
  const corpus = set.corpus.filter((_, at) => Math.floor(at / stretch) % step === 0).slice(0, smallCorpus);
  const there = new Set(corpus.map(({ id }) => id));
  const isAnswered = ({ id }: { id: string }) =>
    [...set.grades.get(id)!].some(([one, grade]) => grade > 0 && there.has(one));
  const questions = answered(set);
  const index = indexOf(corpus);
  const answerable = ask(index, some(questions.filter(isAnswered), askedMax));
  const strange = foreign.length > 0 ? foreign : questions.filter((question) => !isAnswered(question));
  const offTopic = ask(index, some(strange, askedMax));
  return [{ name: `${smallCorpus} of ${name}`, set: name, answerable, offTopic, nearTopic: [], weight: 0.5 }];
}

/** Passages that follow each other are often on one thing, so that whole stretches are left out. */
const stretch = 5;

function halves(name: string, set: RetrievalSet, weight: number): World[] {
  const corpus = set.corpus.filter((_, at) => Math.floor(at / stretch) % 2 === 0);
  const there = new Set(corpus.map(({ id }) => id));
  const isAnswered = ({ id }: { id: string }) =>
    [...set.grades.get(id)!].some(([one, grade]) => grade > 0 && there.has(one));
  const questions = answered(set);
  const index = indexOf(corpus);
  const offTopic = ask(
    index,
    some(
      questions.filter((question) => !isAnswered(question)),
      askedMax,
    ),
  );
  if (offTopic.length < 50) return [];
  const answerable = ask(index, some(questions.filter(isAnswered), askedMax));
  return [{ name: `half of ${name}`, set: name, answerable, offTopic, nearTopic: [], weight }];
}

function answered({ queries, grades }: RetrievalSet) {
  return queries.filter(({ id }) => [...(grades.get(id)?.values() ?? [])].some((grade) => grade > 0));
}

function languageOf({ corpus }: RetrievalSet): string {
  return detectLanguage(
    corpus
      .slice(0, 100)
      .map(({ text }) => text.slice(0, 40))
      .join('\n'),
  ).language;
}

function indexOf(corpus: RetrievalSet['corpus']): PassageIndex {
  const index = new PassageIndex(seed);
  for (const { id, title, text } of corpus) {
    index.add(id, 'corpus', passageTerms({ titlePath: title === '' ? [] : [title], text }, null, seed));
  }
  return index;
}

function ask(index: PassageIndex, questions: { text: string }[]): Example[] {
  return questions.map(({ text }) => {
    const { ranking, ranked } = index.search({ text });
    return { features: confidenceFeatures(ranking, ranked) };
  });
}

/** At most so many of them, evenly chosen. */
function some<Item>(items: readonly Item[], max: number): Item[] {
  const step = Math.max(1, items.length / max);
  return Array.from({ length: Math.min(max, items.length) }, (_, at) => items[Math.floor(at * step)]!);
}
