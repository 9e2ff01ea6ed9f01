import { findTerms, type QueryTerm } from '../../lib/search-terms.ts';

export interface Snippet {
  text: string;
  /** In UTF-16 code units of `text`; ascending, not overlapping. */
  ranges: { start: number; end: number }[];
  /** How many of the wanted terms the whole text holds. */
  termsFound: number;
}

const snippetChars = 180;
/** What is shown before the first word that was found. */
const leadChars = 50;

/** The stretch of the text around the first of the wanted terms; undefined when it holds none of them. */
export function makeSnippet(text: string, wanted: QueryTerm[]): Snippet | undefined {
  const found = findTerms(text, wanted);
  const first = found[0];
  if (!first) return undefined;
  const termsFound = new Set(found.map(({ number }) => number)).size;

  const from = first.start <= leadChars ? 0 : beginAt(text, first.start - leadChars);
  const to = text.length - from <= snippetChars ? text.length : endAt(text, from + snippetChars);
  const [before, after] = [from > 0 ? '…' : '', to < text.length ? '…' : ''];
  const ranges: Snippet['ranges'] = [];
  for (const { start, end } of found) {
    if (end > to) break;
    const range = { start: start - from + before.length, end: end - from + before.length };
    const last = ranges.at(-1);
    // Pairs of characters overlap.
    if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
    else ranges.push(range);
  }
  return { text: before + text.slice(from, to).replace(/\s/g, ' ') + after, ranges, termsFound };
}

/** The next beginning of a word, when one is near; never within a character. */
function beginAt(text: string, at: number): number {
  const blank = text.slice(at, at + 20).search(/\s/);
  if (blank >= 0) return at + blank + 1;
  return isWithinPair(text, at) ? at + 1 : at;
}

function endAt(text: string, at: number): number {
  return isWithinPair(text, at) ? at - 1 : at;
}

function isWithinPair(text: string, at: number): boolean {
  return /[\uD800-\uDBFF]/.test(text[at - 1] ?? '');
}
