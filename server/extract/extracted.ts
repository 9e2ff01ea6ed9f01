/** A heading inside a part's text. */
export interface Heading {
  /** Where its first character stands in the part's `text`. */
  offset: number;
  /** 1 is the highest. */
  level: number;
  text: string;
}

/** A part is a printed page, a sheet, a slide, a web page, or the whole document. */
export interface ExtractedPart {
  /** From 1, without gaps. */
  number: number;
  title: string;
  /** The page as a reader counts it, from 1; null where there are no pages. */
  page: number | null;
  /** Where a visitor can read it; null for files. */
  url: string | null;
  /** Paragraphs are apart by an empty line. Without NUL and without halves of surrogate pairs. */
  text: string;
  /** In the order of their offsets. */
  headings: Heading[];
}

export interface Extracted {
  /** As the document names itself; null: it does not. */
  title: string | null;
  /** As the document says, a lower-case BCP 47 language as in `de`; null: it does not. */
  language: string | null;
  /** At least one, and at least one of them has text. */
  parts: ExtractedPart[];
  /** Words; every Han or kana character counts as one. */
  wordCount: number;
  /** Sentences for the owner about what was left out. */
  warnings: string[];
}

/** What a document may cost. Passing one ends the reading with a reason that names it. */
export interface Limits {
  fileBytesMax: number;
  /** Pages of a PDF, sheets, slides. */
  pagesMax: number;
  /** Characters of extracted text. */
  textCharsMax: number;
  /** Bytes that the parts of an Office file may unfold to. */
  inflatedBytesMax: number;
  /** From the start of the reader to its last word. */
  timeMsMax: number;
  /** Memory of the reading process. */
  memoryMbMax: number;
}

export const defaultLimits: Limits = {
  fileBytesMax: 100 * 1024 * 1024,
  pagesMax: 5_000,
  textCharsMax: 20_000_000,
  inflatedBytesMax: 400 * 1024 * 1024,
  timeMsMax: 180_000,
  memoryMbMax: 1_024,
};

/** A document that cannot be read; `reason` is a sentence for its owner that says what to do. */
export class ExtractionError extends Error {
  override readonly name = 'ExtractionError';
  readonly reason: string;

  constructor(reason: string) {
    super(reason);
    this.reason = reason;
  }
}

/** The sentences for limits, in one place, since the reader and the process that watches it both end on them. */
export const limitReasons = {
  fileBytes: (limits: Limits) =>
    `The file is larger than the ${megabytes(limits.fileBytesMax)} that are read. Split it into smaller files.`,
  pages: (limits: Limits) =>
    `The document has more than the ${limits.pagesMax.toLocaleString('en')} pages that are read. Split it into smaller files.`,
  text: (limits: Limits) =>
    `The document holds more than the ${limits.textCharsMax.toLocaleString('en')} characters of text that are read. Split it into smaller files.`,
  inflated: (limits: Limits) =>
    `The file unfolds to more than ${megabytes(limits.inflatedBytesMax)}, which is not what an ordinary document does. Save it anew, or split it.`,
  time: (limits: Limits) =>
    `Reading the document took longer than the ${seconds(limits.timeMsMax)} it may take. Split it, or save it in a simpler format.`,
  memory: (limits: Limits) =>
    `Reading the document needed more than the ${limits.memoryMbMax} MB of memory it may take. Split it, or save it in a simpler format.`,
};

function megabytes(bytes: number): string {
  const value = bytes / 1024 / 1024;
  return value < 10 ? `${Number(value.toFixed(1))} MB` : `${Math.round(value)} MB`;
}

function seconds(ms: number): string {
  const value = ms / 1000;
  return value === 1 ? '1 second' : `${Number(value.toFixed(1))} seconds`;
}

const words = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}\p{M}'’]+/gu;
const ideograph = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;
const apart = ' $& ';

/** Words; every Han or kana character counts as one. */
export function countWords(text: string): number {
  const spaced = text.replace(ideograph, apart);
  return spaced.match(words)?.length ?? 0;
}
