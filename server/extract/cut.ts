import type { Extracted, ExtractedPart, Heading } from './extracted.ts';
import { type Span, sentencesOf, trimmed } from './sentences.ts';

/** A passage: `part.text.slice(start, end)` is its text, always. */
export interface CutChunk {
  partNumber: number;
  page: number | null;
  url: string | null;
  /** From the document's title down to the heading the passage stands under. */
  titlePath: string[];
  start: number;
  end: number;
  text: string;
}

export interface CutOptions {
  /** Passages are joined with their neighbours under the same heading until they have so many words. */
  wordsMin?: number;
  /** And are cut at sentences, or at lines of tables and lists, so that they have no more. */
  wordsMax?: number;
  /** Of the text, as a BCP 47 language; default: what the document says. */
  language?: string | null;
}

/** A Han or kana character in words; two of them make about one. */
const ideographWeight = 0.45;
const ideographs = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const words = /[\p{L}\p{N}\p{M}'’]+/gu;

interface Piece extends Span {
  weight: number;
}

interface Section {
  /** The heading itself; undefined before the first one. */
  heading: Heading | undefined;
  titlePath: string[];
  body: Span;
}

/**
 * Cuts a document into passages of a size that can be searched and cited: along headings, paragraphs, lines and
 * sentences, never across headings or parts. The rows of a table stay whole unless one alone is too long. Everything but
 * headings is in exactly one passage; a heading with nothing under it is one of its own.
 */
export function cut(extracted: Extracted, options: CutOptions = {}): CutChunk[] {
  return [...cutBySteps(extracted, options)].flat();
}

/** The same, a little at a time, for whoever has other work to do meanwhile: each step is a few milliseconds. */
export function* cutBySteps(extracted: Extracted, options: CutOptions = {}): Generator<CutChunk[]> {
  let carried: Heading[] = [];
  for (const part of extracted.parts) {
    // What began on one page goes on on the next; a sheet or a web page begins anew.
    const { sections, open } = sectionsOf(part, part.page === null ? [] : carried, rootPath(extracted, part));
    carried = open;
    for (const { titlePath, body } of sections) {
      const { text, number: partNumber, page, url } = part;
      for (const spans of cutSection(text, body, { language: extracted.language, ...options })) {
        yield spans.map(({ start, end }) => {
          return { partNumber, page, url, titlePath, start, end, text: text.slice(start, end) };
        });
      }
    }
  }
}

function rootPath(extracted: Extracted, part: ExtractedPart): string[] {
  const isAlone = extracted.parts.length === 1;
  // "Page 3" says nothing about what is on it.
  const own = part.page === null && (!isAlone || extracted.title === null) ? [part.title] : [];
  return [...(extracted.title === null ? [] : [extracted.title]), ...own];
}

function sectionsOf(part: ExtractedPart, carried: Heading[], root: string[]): { sections: Section[]; open: Heading[] } {
  const { text, headings } = part;
  const sections: Section[] = [];
  let stack = carried;
  const first = headings[0]?.offset ?? text.length;
  sections.push({ heading: undefined, titlePath: pathOf(root, stack), body: { start: 0, end: first } });
  headings.forEach((heading, index) => {
    stack = [...stack.filter(({ level }) => level < heading.level), heading];
    const next = headings[index + 1];
    const body = { start: heading.offset + heading.text.length, end: next?.offset ?? text.length };
    const isEmpty = text.slice(body.start, body.end).trim() === '';
    const opensOthers = next !== undefined && next.level > heading.level;
    const titlePath = pathOf(root, stack);
    if (!isEmpty) sections.push({ heading, titlePath, body });
    else if (!opensOthers) {
      const itself = { start: heading.offset, end: body.start };
      sections.push({ heading, titlePath: pathOf(root, stack.slice(0, -1)), body: itself });
    }
  });
  return { sections, open: stack };
}

/** Titles that say the same as the one above them are left out. */
function pathOf(root: string[], headings: Heading[]): string[] {
  const path = [...root, ...headings.map(({ text }) => text)];
  return path.filter((title, index) => title.trim() !== '' && title.toLowerCase() !== path[index - 1]?.toLowerCase());
}

function* cutSection(text: string, body: Span, options: CutOptions): Generator<Span[]> {
  const wordsMin = options.wordsMin ?? 120;
  const wordsMax = options.wordsMax ?? 220;
  const chunks: Piece[] = [];
  for (const block of blocksOf(text, body)) {
    for (const piece of block.weight <= wordsMax ? [block] : splitBlock(text, block, wordsMax, options.language)) {
      const last = chunks.at(-1);
      if (last && last.weight < wordsMin && last.weight + piece.weight <= wordsMax) extend(last, piece);
      else chunks.push({ ...piece });
    }
    // What comes may still be joined with the last two.
    yield chunks.splice(0, chunks.length - 2);
  }
  // A short rest goes with what stands before it.
  const rest = chunks.at(-1);
  const before = chunks.at(-2);
  if (rest && before && rest.weight < wordsMin / 3 && rest.weight + before.weight <= wordsMax * 1.2) {
    extend(before, rest);
    chunks.pop();
  }
  yield chunks;
}

function extend(chunk: Piece, piece: Piece): void {
  chunk.end = piece.end;
  chunk.weight += piece.weight;
}

/** A block that is longer, in UTF-16 code units, is taken in several steps. */
const blockCharsMax = 20_000;

/** What stands between empty lines, the far too long in stretches. */
function* blocksOf(text: string, body: Span): Generator<Piece> {
  let start = body.start;
  while (start < body.end) {
    const gap = text.indexOf('\n\n', start);
    const end = gap < 0 || gap > body.end ? body.end : gap;
    while (start < end) {
      const to = end - start <= blockCharsMax ? end : endOfStretch(text, start);
      const piece = weighed(text, { start, end: to });
      if (piece.end > piece.start) yield piece;
      start = to;
    }
    start = end + 2;
  }
}

/** Where a stretch that begins here may end: after a line, else after a sentence, else after a word, else anywhere. */
function endOfStretch(text: string, start: number): number {
  const stretch = text.slice(start, start + blockCharsMax);
  const least = blockCharsMax / 2;
  const ends = [stretch.lastIndexOf('\n'), lastSentenceEnd(stretch), stretch.lastIndexOf(' ')];
  const end = ends.find((at) => at > least);
  if (end !== undefined) return start + end + 1;
  return start + blockCharsMax + (/[\udc00-\udfff]/.test(text[start + blockCharsMax]!) ? 1 : 0);
}

function lastSentenceEnd(stretch: string): number {
  return Math.max(stretch.lastIndexOf('. '), ...[...'。！？'].map((mark) => stretch.lastIndexOf(mark)));
}

/** A block that is too long: in even shares of whole lines when it is a table or a list, else of whole sentences. */
function splitBlock(text: string, block: Piece, wordsMax: number, language: string | null | undefined): Piece[] {
  const source = text.slice(block.start, block.end);
  const isTabular =
    /\t/.test(source) || /^(?:[-•*]|\d+[.)]) /m.test(source) || /^[^\n]{1,80}: .*\n[^\n]{1,80}: /.test(source);
  const spans = isTabular ? linesOf(source) : sentencesOf(source, language);
  const units = spans
    .map(({ start, end }) => weighed(text, { start: block.start + start, end: block.start + end }))
    .flatMap((unit) => (unit.weight <= wordsMax ? [unit] : splitUnit(text, unit, wordsMax, isTabular, language)));
  return fill(units, block.weight / Math.ceil(block.weight / wordsMax), wordsMax);
}

function splitUnit(text: string, unit: Piece, wordsMax: number, wasLine: boolean, language: string | null | undefined) {
  const source = text.slice(unit.start, unit.end);
  const sentences = wasLine ? sentencesOf(source, language) : [];
  if (sentences.length > 1) {
    const units = sentences
      .map(({ start, end }) => weighed(text, { start: unit.start + start, end: unit.start + end }))
      .flatMap((sentence) => (sentence.weight <= wordsMax ? [sentence] : splitHard(text, sentence, wordsMax)));
    return fill(units, wordsMax * 0.8, wordsMax);
  }
  return splitHard(text, unit, wordsMax);
}

/** What has no sentences is cut at blanks, and where there are none, anywhere but inside a character. */
function splitHard(text: string, unit: Piece, wordsMax: number): Piece[] {
  const pieces: Piece[] = [];
  const charsPerWord = (unit.end - unit.start) / unit.weight;
  const step = Math.max(40, Math.floor(wordsMax * 0.9 * charsPerWord));
  let start = unit.start;
  while (start < unit.end) {
    let end = Math.min(unit.end, start + step);
    if (end < unit.end) {
      // No further back than the piece goes: a text without line ends would be gone through from its start each time.
      const piece = text.slice(start, end + 1);
      const blank = start + Math.max(piece.lastIndexOf(' '), piece.lastIndexOf('\n'));
      if (blank > start + step / 2) end = blank;
      else if (/[\udc00-\udfff]/.test(text[end]!)) end += 1;
    }
    const piece = weighed(text, { start, end });
    if (piece.end > piece.start) pieces.push(piece);
    start = end;
  }
  return pieces;
}

function fill(units: Piece[], target: number, wordsMax: number): Piece[] {
  const filled: Piece[] = [];
  for (const unit of units) {
    const last = filled.at(-1);
    if (last && last.weight + unit.weight / 2 <= target && last.weight + unit.weight <= wordsMax) extend(last, unit);
    else filled.push({ ...unit });
  }
  return filled;
}

function linesOf(text: string): Span[] {
  const spans: Span[] = [];
  let start = 0;
  while (start <= text.length) {
    const at = text.indexOf('\n', start);
    const end = at < 0 ? text.length : at;
    if (end > start) spans.push({ start, end });
    start = end + 1;
  }
  return spans;
}

function weighed(text: string, span: Span): Piece {
  const within = trimmed(text, span);
  const slice = text.slice(within.start, within.end);
  const hanAndKana = slice.match(ideographs)?.length ?? 0;
  const others = (hanAndKana > 0 ? slice.replace(ideographs, ' ') : slice).match(words)?.length ?? 0;
  return { ...within, weight: Math.max(1, others + hanAndKana * ideographWeight) };
}
