/**
 * How texts are cut into the terms by which they are found. The application does it, so that every storage finds the
 * same: letters are put into one form (NFKC) and lower case, words end at whatever is neither letter, digit nor mark,
 * and runs of scripts written without blanks are cut into pairs of characters.
 */

/** Longer words are found by their beginning. In UTF-16 code units. */
const termCharsMax = 32;
/** What a query asks for beyond this is left out. */
const queryTermsMax = 12;

const word = /[\p{L}\p{N}\p{M}]+/gu;
const unspacedRun =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu;

/** A term of a query. With `isPrefix` every term that begins with it will do. */
export interface QueryTerm {
  term: string;
  isPrefix: boolean;
}

/** A word, or a run of a script without blanks, in its one form. */
interface Piece {
  text: string;
  isUnspaced: boolean;
  /** Where a part of `text` stands in the text as it was given; the whole word, where its form has another length. */
  place(from: number, to: number): Place;
}

/** In UTF-16 code units of the text as it was given. */
interface Place {
  start: number;
  end: number;
}

/** The terms of a text in the order in which they come, each once. */
export function termsOf(text: string): string[] {
  const terms = new Set<string>();
  for (const piece of piecesOf(text)) for (const { term } of indexTerms(piece)) terms.add(term);
  return [...terms];
}

/** What somebody looks for: all of these must be there. The last word may be only begun. Empty when there is no word. */
export function queryTermsOf(query: string): QueryTerm[] {
  const terms = new Map<string, QueryTerm>();
  const pieces = [...piecesOf(query)];
  for (const piece of pieces) {
    for (const { term, isPrefix } of queryTerms(piece, piece === pieces.at(-1))) {
      const known = terms.get(term);
      terms.set(term, { term, isPrefix: isPrefix && (known?.isPrefix ?? true) });
    }
  }
  return [...terms.values()].slice(0, queryTermsMax);
}

/** Whether a term of a text is one that is looked for. */
export function matches(term: string, wanted: QueryTerm): boolean {
  return wanted.isPrefix ? term.startsWith(wanted.term) : term === wanted.term;
}

/** Where in the text the wanted terms stand, by the number of the term; ascending by place. */
export function findTerms(text: string, wanted: QueryTerm[]): { start: number; end: number; number: number }[] {
  const found: { start: number; end: number; number: number }[] = [];
  for (const piece of piecesOf(text)) {
    for (const { term, start, end } of indexTerms(piece)) {
      const number = wanted.findIndex((one) => matches(term, one));
      if (number >= 0) found.push({ start, end, number });
    }
  }
  return found;
}

function* piecesOf(text: string): Generator<Piece, void, undefined> {
  for (const { 0: given, index } of text.matchAll(word)) {
    const form = given.normalize('NFKC').toLowerCase();
    const isAligned = form.length === given.length;
    // One word may have become several: a fraction is two numbers.
    for (const { 0: whole, index: at } of form.matchAll(word)) {
      const place = (from: number, to: number) =>
        isAligned ? { start: index + at + from, end: index + at + to } : { start: index, end: index + given.length };
      yield* cutRuns(whole, place);
    }
  }
}

/** Parts a word where the way of writing changes, as in a Latin name within a Japanese sentence. */
function* cutRuns(whole: string, place: Piece['place']): Generator<Piece, void, undefined> {
  let at = 0;
  const piece = (from: number, to: number, isUnspaced: boolean): Piece => ({
    text: whole.slice(from, to),
    isUnspaced,
    place: (start, end) => place(from + start, from + end),
  });
  for (const { 0: run, index } of whole.matchAll(unspacedRun)) {
    if (index > at) yield piece(at, index, false);
    at = index + run.length;
    yield piece(index, at, true);
  }
  if (at < whole.length) yield piece(at, whole.length, false);
}

/** The terms under which a piece is kept: of a run all pairs of characters, and its last character alone. */
function indexTerms({ text, isUnspaced, place }: Piece): (Place & { term: string })[] {
  if (!isUnspaced) return [{ term: cut(text), ...place(0, text.length) }];
  const characters = [...text];
  let at = 0;
  return characters.map((character, number) => {
    const term = character + (characters[number + 1] ?? '');
    const found = { term, ...place(at, at + term.length) };
    at += character.length;
    return found;
  });
}

function queryTerms({ text, isUnspaced }: Piece, isLast: boolean): QueryTerm[] {
  if (!isUnspaced) return [{ term: cut(text), isPrefix: isLast }];
  const characters = [...text];
  // A single character is the beginning of a pair, or the last of a run.
  if (characters.length === 1) return [{ term: text, isPrefix: true }];
  return characters.slice(1).map((character, at) => ({ term: characters[at]! + character, isPrefix: false }));
}

/** Cut to length, between two characters. */
function cut(text: string): string {
  if (text.length <= termCharsMax) return text;
  const isBetween = !/[\uD800-\uDBFF]/.test(text[termCharsMax - 1]!);
  return text.slice(0, isBetween ? termCharsMax : termCharsMax - 1);
}
