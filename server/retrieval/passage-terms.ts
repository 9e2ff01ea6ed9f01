import { analyze } from '../text/analyze.ts';
import { detectLanguage } from '../text/detect-language.ts';
import { isCharacter } from '../text/scripts.ts';
import { headingKeys } from './heading.ts';
import { headingAt, type Occurrence, packVector, textFrom } from './passage-vector.ts';
import { strongKey, termKey } from './term-key.ts';

/** A passage as it is indexed. */
export interface PassageTerms {
  /** Two letters, or `und`: by whose rules its words were cut. */
  language: string;
  /** The numbers it is found under, each once: of its terms, of those it is about, and of its heading as a whole. */
  keys: number[];
  /** For `PassageVector`. */
  vector: Uint8Array;
  titleWords: number;
  textWords: number;
  /** Its terms by their numbers. */
  terms: Map<number, string>;
}

/** From so many occurrences on a passage counts as being about a term. */
const strongFrom = 2;
/** How many telling words it takes to believe a passage to be in another language than its document. */
const otherLanguageMargin = 3;

/**
 * Reads a passage. `language` is the document's, as a BCP 47 tag, where it is known; a passage that plainly is in
 * another one is treated by its own.
 */
export function passageTerms(
  { titlePath, text }: { titlePath: readonly string[]; text: string },
  language: string | null,
  seed: number,
): PassageTerms {
  const title = titlePath.join(' \n');
  const spoken = languageOf(`${title}\n${text}`, language);
  const terms = new Map<number, string>();
  const occurrences: Occurrence[] = [];
  const counts = new Map<number, number>();
  const words = { title: 0, text: 0 };
  const add = (part: 'title' | 'text', from: number, to: number) => {
    for (const { term, position } of analyze(part === 'title' ? title : text, spoken)) {
      if (from + position >= to) break;
      const key = termKey(term, seed);
      terms.set(key, term);
      // A title says what all of the passage is about.
      counts.set(key, (counts.get(key) ?? 0) + (part === 'title' ? strongFrom : 1));
      occurrences.push({ key, position: from + position });
      if (!isCharacter(term)) words[part] += 1;
    }
  };
  add('title', 0, headingAt);
  add('text', textFrom, 0xffff);
  const keys = new Set(terms.keys());
  for (const key of Object.values(headingKeys(titlePath.at(-1) ?? '', spoken, seed))) {
    if (key === undefined || terms.has(key)) continue;
    keys.add(key);
    occurrences.push({ key, position: headingAt });
  }
  for (const [key, count] of counts) if (count >= strongFrom) keys.add(strongKey(key));
  return {
    language: spoken,
    keys: [...keys],
    vector: packVector(occurrences, words.title, words.text),
    titleWords: words.title,
    textWords: words.text,
    terms,
  };
}

function languageOf(text: string, documentLanguage: string | null): string {
  const known = documentLanguage?.toLowerCase().split('-')[0];
  const guess = detectLanguage(text);
  if (known === undefined || known === '' || known === 'und') return guess.language;
  return guess.language !== known && guess.margin >= otherLanguageMargin ? guess.language : known;
}
