import { ExtractionError, type Heading, type Limits, limitReasons } from './extracted.ts';

/** The text that one document may still give, over all its parts. */
export class TextBudget {
  readonly #limits: Limits;
  #left: number;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.#left = limits.textCharsMax;
  }

  /** @throws ExtractionError when there is no more to spend. */
  spend(chars: number): void {
    this.#left -= chars;
    if (this.#left < 0) throw new ExtractionError(limitReasons.text(this.#limits));
  }
}

/** Puts a part's text together, block by block, and knows where its headings begin. */
export class TextBuilder {
  readonly headings: Heading[] = [];
  readonly #pieces: string[] = [];
  readonly #budget: TextBudget;
  #length = 0;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** A paragraph, a list, a table, a row: what belongs together. Line breaks inside stay. */
  block(text: string): void {
    const cleaned = cleanBlock(text);
    if (cleaned === '') return;
    if (this.#length > 0) this.#add('\n\n');
    this.#add(cleaned);
  }

  heading(level: number, text: string): void {
    const cleaned = cleanBlock(text).replace(/\s+/g, ' ');
    if (cleaned === '') return;
    if (this.#length > 0) this.#add('\n\n');
    this.headings.push({ offset: this.#length, level, text: cleaned });
    this.#add(cleaned);
  }

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  get text(): string {
    return this.#pieces.join('');
  }

  #add(piece: string): void {
    this.#budget.spend(piece.length);
    this.#pieces.push(piece);
    this.#length += piece.length;
  }
}

/** What looks the same but is written with characters of its own: ligatures, Arabic forms, radicals, full-width blanks. */
const compatibility = /[\ufb00-\ufb06\ufb1d-\ufdff\ufe70-\ufefc\u2e80-\u2fd5\u3000]+/g;
/** NUL and other controls, soft hyphens, zero-width blanks and marks, and what is no character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what is taken out
const unseen = /[\u0000-\u0008\u000e-\u001f\u007f\u0080-\u0084\u0086-\u009f\u00ad\u200b\u2060\ufeff\ufffe\uffff]/g;
const loneSurrogate = /\p{Surrogate}/gu;

/** Text without what nobody sees and no database takes; other blanks than a space become one. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029\v\f]/g, '\n')
    .replace(unseen, '')
    .replace(loneSurrogate, '\ufffd')
    .replace(compatibility, (found) => found.normalize('NFKC'))
    .replace(/[\u00a0\u1680\u2000-\u200a\u202f\u205f]/g, ' ');
}

/** A block: no blanks at the ends of lines, no empty line inside. Tabs part the cells of a row. */
function cleanBlock(text: string): string {
  return cleanText(text)
    .replace(/[ \t]*\n\s*\n/g, '\n')
    .replace(/(?<=\S) {2,}/g, ' ')
    .replace(/[ \t]+\n/g, '\n')
    .trim();
}
