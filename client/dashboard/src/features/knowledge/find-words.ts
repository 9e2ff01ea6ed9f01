import type { HighlightPart } from '../inbox/highlight.ts';
import { highlightParts } from '../inbox/highlight.ts';

const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
/** Scripts that write words without blanks: their terms are one or two characters, found anywhere. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}]+$/u;
const marks = /\p{M}/gu;

const plain = (text: string) => text.toLowerCase().normalize('NFKD').replace(marks, '');

/**
 * The text in parts, its words marked that were looked up. Terms are stems, so a word counts when it begins as its term
 * does, give or take the last letter: the search's own rules are on the server.
 */
export function findWords(text: string, terms: readonly string[]): HighlightPart[] {
  const stems = terms.map(plain).filter((term) => term !== '');
  const runs = terms.filter((term) => unspaced.test(term));
  const ranges = [...text.matchAll(wordPattern)]
    .filter(({ 0: word }) => stems.some((stem) => isFormOf(plain(word), stem)))
    .map(({ 0: word, index }) => ({ start: index, end: index + word.length }));
  for (const run of runs) {
    for (let at = text.indexOf(run); at !== -1; at = text.indexOf(run, at + 1)) {
      ranges.push({ start: at, end: at + run.length });
    }
  }
  return highlightParts(
    text,
    ranges.sort((a, b) => a.start - b.start),
  );
}

/** Endings are longer than most stems of three letters or fewer could bear. */
function isFormOf(word: string, stem: string): boolean {
  if (word === stem) return true;
  if (stem.length <= 1) return false;
  if (stem.length <= 3) return word.startsWith(stem) && word.length <= stem.length + 2;
  const shared = sharedLength(word, stem);
  const isLastLetterElse = shared === stem.length - 1 && stem.length >= 5 && word.length <= stem.length + 2;
  return (shared === stem.length && word.length <= stem.length * 2 + 1) || isLastLetterElse;
}

function sharedLength(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length += 1;
  return length;
}
