import { akinListMax, isNeighbour, mayHaveKin, type Neighbourhood } from './akin.ts';

/** Words in a neighbourhood, the nearest first: by their beginnings, by their ends, and parts that are words themselves. */
export interface WordsNearby {
  begin: string[];
  end: string[];
  exact: string[];
}

interface Turned {
  turned: string;
  word: string;
}

/** The words that may be kin of others, sorted by their beginnings and by their ends. */
export class Vocabulary {
  #forwards: string[] = [];
  #backwards: Turned[] = [];
  /** Not sorted in yet. */
  #fresh: string[] = [];
  /** Still in the lists, but gone. */
  readonly #gone = new Set<string>();

  /** Adds a word that is not there. */
  add(word: string): void {
    if (mayHaveKin(word) && !this.#gone.delete(word)) this.#fresh.push(word);
  }

  remove(word: string): void {
    if (mayHaveKin(word)) this.#gone.add(word);
  }

  /** Sorts in what has been added: the less that is, the shorter it takes. */
  settle(): void {
    if (this.#fresh.length > 0) {
      const fresh = this.#fresh.sort();
      this.#fresh = [];
      this.#forwards = merged(this.#forwards, fresh, (word) => word);
      const turned = fresh.map((word) => ({ turned: turn(word), word })).sort(byTurned);
      this.#backwards = merged(this.#backwards, turned, (entry) => entry.turned);
    }
    if (this.#gone.size <= this.#forwards.length / 2) return;
    this.#forwards = this.#forwards.filter((word) => !this.#gone.has(word));
    this.#backwards = this.#backwards.filter(({ word }) => !this.#gone.has(word));
    this.#gone.clear();
  }

  wordsIn(neighbourhood: Neighbourhood): WordsNearby {
    this.settle();
    const { beginning, ending, parts } = neighbourhood;
    const isThere = (word: string) => !this.#gone.has(word);
    const begin = rangeOf(this.#forwards, (word) => word, beginning).filter(isThere);
    const end = rangeOf(this.#backwards, ({ turned }) => turned, turn(ending)).map(({ word }) => word);
    const exact = [...new Set(parts)].filter((part) => this.#has(part) && isThere(part));
    return { begin: nearest(begin, neighbourhood), end: nearest(end.filter(isThere), neighbourhood), exact };
  }

  #has(word: string): boolean {
    return this.#forwards[firstFrom(this.#forwards, (one) => one, word)] === word;
  }
}

/** As many of the words as are looked at, those first that are as long as the term. */
export function nearest(words: readonly string[], neighbourhood: Neighbourhood): string[] {
  const { length } = neighbourhood.term;
  const farness = (word: string) => Math.abs(word.length - length);
  return words
    .filter((word) => isNeighbour(word, neighbourhood))
    .sort((a, b) => farness(a) - farness(b) || (a < b ? -1 : a > b ? 1 : 0))
    .slice(0, akinListMax);
}

/** A word written from its end. */
export function turn(word: string): string {
  return [...word].reverse().join('');
}

const byTurned = (a: Turned, b: Turned) => (a.turned < b.turned ? -1 : a.turned > b.turned ? 1 : 0);

/** Two sorted lists as one. */
function merged<Item>(a: readonly Item[], b: readonly Item[], textOf: (item: Item) => string): Item[] {
  if (a.length === 0) return [...b];
  const all: Item[] = [];
  let next = 0;
  for (const item of a) {
    while (next < b.length && textOf(b[next]!) < textOf(item)) all.push(b[next++]!);
    all.push(item);
  }
  while (next < b.length) all.push(b[next++]!);
  return all;
}

/** Where in a sorted list the first item is that does not come before `text`. */
function firstFrom<Item>(items: readonly Item[], textOf: (item: Item) => string, text: string): number {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (textOf(items[middle]!) < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The part of a sorted list that begins with `beginning`. */
function rangeOf<Item>(items: readonly Item[], textOf: (item: Item) => string, beginning: string): Item[] {
  const from = firstFrom(items, textOf, beginning);
  let to = from;
  while (to < items.length && textOf(items[to]!).startsWith(beginning)) to += 1;
  return items.slice(from, to);
}
