import { analyze } from '../text/analyze.ts';
import { questionFormsOf } from '../text/stop-words.ts';
import { termKey } from './term-key.ts';

/** What a passage with a heading, or the question that asks for it, is found under as a whole. */
export interface HeadingKeys {
  /** Of all its words, as they stand: also of those that say nothing by themselves. Undefined without words. */
  exact: number | undefined;
  /** Of its terms in their order, which other wordings share. Undefined where all are stop words. */
  terms: number | undefined;
}

/** Nobody writes longer headings, and longer questions are not asked in the words of one. */
const longest = 300;
/** No term has it, so that no heading has a term's number but by chance. */
const mark = '\n';

/** `language`: two letters, or `und`. */
export function headingKeys(text: string, language: string, seed: number): HeadingKeys {
  if (text.length > longest) return { exact: undefined, terms: undefined };
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  const terms = analyze(withoutForms(text, language), language).map(({ term }) => term);
  return {
    exact: words.length > 0 ? termKey(`${mark}=${words.join(' ')}`, seed) : undefined,
    terms: terms.length > 0 ? termKey(`${mark}~${terms.join(' ')}`, seed) : undefined,
  };
}

/** Cuts out what a question is asked with, in scripts without blanks, unless nothing else would be left of it. */
export function withoutForms(text: string, language: string): string {
  const forms = questionFormsOf(language);
  if (!forms) return text;
  const rest = text.replace(forms, ' ');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}
