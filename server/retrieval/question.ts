import { analyze, type Token } from '../text/analyze.ts';
import { detectLanguage } from '../text/detect-language.ts';
import { isCharacter } from '../text/scripts.ts';
import { headingKeys, withoutForms } from './heading.ts';
import type { CorpusStatistics } from './statistics.ts';
import { termKey } from './term-key.ts';

/** A word of the question, as it may stand in passages of the languages there are. */
export interface Wanted {
  /** As it was looked up; for people to see. */
  term: string;
  /** Its forms in the languages of the corpus, each once. */
  forms: { term: string; key: number }[];
  /** Where it stands in the question, counted in words. */
  position: number;
  /** How often the question has it. */
  count: number;
  isCharacter: boolean;
}

/** A language is left out whose words the question has so much less of. */
const languageMargin = 1.5;
/** Longer questions are cut: nobody means all words of a page. */
const wantedMax = 64;
/** Passages in a language that make up less of the corpus are only looked for when the question is in it. */
const languageShareMin = 0.02;
const languagesMax = 4;

/** A question, read by the rules of the languages of the corpus. */
export interface ReadQuestion {
  /** The words to look up, in the order of the question. */
  wanted: Wanted[];
  /** What the headings are found under that say the same as the question, each once. */
  headings: { exact: number[]; terms: number[] };
  /** The one it is most likely in: two letters, or `und`. */
  language: string;
}

/** `language` is a BCP 47 tag, where it is known. */
export function readQuestion(
  text: string,
  language: string | undefined,
  statistics: CorpusStatistics,
  seed: number,
): ReadQuestion {
  const languages = languagesOf(text, language, statistics);
  const byPlace = new Map<string, Wanted>();
  for (const spoken of languages) {
    for (const { term, position } of termsOf(text, spoken, languages)) {
      const place = placeOf({ term, position });
      const known = byPlace.get(place);
      const form = { term, key: termKey(term, seed) };
      if (!known) byPlace.set(place, { term, forms: [form], position, count: 1, isCharacter: isCharacter(term) });
      else if (known.forms.every(({ key }) => key !== form.key)) known.forms.push(form);
    }
  }
  const byTerm = new Map<string, Wanted>();
  for (const wanted of [...byPlace.values()].sort((a, b) => a.position - b.position)) {
    const known = byTerm.get(wanted.term);
    if (known) known.count += 1;
    else byTerm.set(wanted.term, wanted);
  }
  const headings = languages.map((spoken) => headingKeys(text, spoken, seed));
  return {
    wanted: [...byTerm.values()].slice(0, wantedMax),
    headings: {
      exact: eachOnce(headings.map(({ exact }) => exact)),
      terms: eachOnce(headings.map(({ terms }) => terms)),
    },
    language: languages[0]!,
  };
}

/**
 * The terms of a question in one of the languages. Passages in no language keep the words that others do without, and
 * seldom have them: they would be the most telling ones. So of those a question is asked for what the other languages
 * keep of it, unless they keep nothing.
 */
function termsOf(text: string, spoken: string, languages: readonly string[]): Token[] {
  if (spoken !== 'und') return analyze(withoutForms(text, spoken), spoken);
  const others = languages.filter((language) => language !== 'und');
  const told = others.length > 0 ? others : [detectLanguage(text).language];
  const kept = new Set(told.flatMap((language) => analyze(withoutForms(text, language), language)).map(placeOf));
  const all = analyze(withoutForms(text, told[0]!), 'und');
  return kept.size === 0 ? all : all.filter((token) => kept.has(placeOf(token)));
}

/** Where a term stands in a question; single characters stand where a pair of them begins, too. */
function placeOf({ term, position }: Pick<Token, 'term' | 'position'>): string {
  return `${position}/${isCharacter(term)}`;
}

function eachOnce(keys: readonly (number | undefined)[]): number[] {
  return [...new Set(keys)].filter((key) => key !== undefined);
}

/** By the rules of which languages the question is read: its own and those of passages it may be about. */
function languagesOf(text: string, language: string | undefined, { languages }: CorpusStatistics): string[] {
  const all = Object.values(languages).reduce((sum, count) => sum + count, 0);
  const present = Object.entries(languages)
    .filter(([, count]) => count >= all * languageShareMin)
    .map(([name]) => name);
  const guess = detectLanguage(text);
  const isSure = guess.margin >= languageMargin && present.includes(guess.language);
  if (isSure) return present.includes('und') ? [guess.language, 'und'] : [guess.language];
  // The likely ones first: that decides which form people are shown. Others too: small words are few in a question.
  const given = language?.toLowerCase().split('-')[0];
  const likeliness = (name: string) => (name === given ? 2 : 0) + (name === guess.language ? 1 : 0);
  const ordered = present.sort(
    (a, b) => likeliness(b) - likeliness(a) || languages[b]! - languages[a]! || (a < b ? -1 : 1),
  );
  return ordered.length > 0 ? ordered.slice(0, languagesMax) : [given ?? guess.language];
}
