/** A stretch of a text: `text.slice(start, end)`. */
export interface Span {
  start: number;
  end: number;
}

const segmenters = new Map<string, Intl.Segmenter>();

/** Ends of abbreviations and of numbers in lists, after which a sentence goes on. */
const abbreviation =
  /(?:^|[\s(])(?:\p{L}|\d{1,3}|Dr|Mr|Mrs|Ms|Prof|St|No|Nr|vs|ca|cf|etc|Inc|Ltd|Co|Fig|Abb|Abs|Art|Str|bzw|usw|ggf|evtl|inkl|Sr|Sra|Srta|Mme|Mlle|av|env|approx|Dipl|Ing|[zZ]\.\s?B|[uU]\.\s?a|d\.\s?h|e\.g|i\.e|p\.\s?ex|v\.b|vb|örn|Alm)\.\s*$/u;

/**
 * The sentences of a text, in order, without the blanks around them. Line breaks inside a paragraph end none; an empty
 * line does. `language` is a BCP 47 language; without one the rules are those of all languages together.
 */
export function sentencesOf(text: string, language?: string | null): Span[] {
  const spans: Span[] = [];
  // The same length, so that places stay; an empty line stays an end.
  const flat = text.replace(/\n(?!\n)/g, (_, at: number) => (text[at - 1] === '\n' ? '\n' : ' '));
  let start = -1;
  for (const { segment, index } of segmentsOf(flat, segmenterOf(language))) {
    if (start < 0) start = index;
    const end = index + segment.length;
    if (!segment.includes('\n') && abbreviation.test(segment) && end < text.length) continue;
    add(start, end);
    start = -1;
  }
  if (start >= 0) add(start, text.length);
  return spans;

  function add(from: number, to: number): void {
    const span = trimmed(text, { start: from, end: to });
    if (span.end > span.start) spans.push(span);
  }
}

/** Looked at in one go, in UTF-16 code units. */
const windowChars = 1_000;

/**
 * What the segmenter finds, in windows that begin at its own ends: with each segment it copies the whole text it was given,
 * so that a long one of short sentences would hold everything up.
 */
function* segmentsOf(text: string, segmenter: Intl.Segmenter): Generator<{ segment: string; index: number }> {
  let chars = windowChars;
  for (let at = 0; at < text.length; ) {
    const isLast = at + chars >= text.length;
    let held: { segment: string; index: number } | undefined;
    for (const { segment, index } of segmenter.segment(text.slice(at, at + chars))) {
      if (held) yield held;
      held = { segment, index: at + index };
    }
    if (isLast && held) yield held;
    // Where a window ends nothing need end: the last begins the next one, and alone it needs a wider one.
    const next: number = isLast ? text.length : (held?.index ?? at);
    chars = next > at ? windowChars : chars * 2;
    at = next;
  }
}

/** The stretch without the blanks at its ends. */
export function trimmed(text: string, { start, end }: Span): Span {
  let from = start;
  let to = end;
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to -= 1;
  return { start: from, end: to };
}

function isBlank(unit: number): boolean {
  return unit === 32 || (unit >= 9 && unit <= 13) || unit === 0xa0 || unit === 0x3000;
}

function segmenterOf(language: string | null | undefined): Intl.Segmenter {
  const key = language ?? 'und';
  let segmenter = segmenters.get(key);
  if (!segmenter) {
    segmenter = makeSegmenter(key);
    segmenters.set(key, segmenter);
  }
  return segmenter;
}

function makeSegmenter(language: string): Intl.Segmenter {
  try {
    return new Intl.Segmenter(language, { granularity: 'sentence' });
  } catch {
    return new Intl.Segmenter('und', { granularity: 'sentence' });
  }
}
