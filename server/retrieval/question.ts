import { analyze } from '../text/analyze.ts';
import { detectLanguage } from '../text/detect-language.ts';
import { isCharacter } from '../text/scripts.ts';
import { questionFormsOf } from '../text/stop-words.ts';
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

/**
 * The words to look up, in the order of the question, and the language it is most likely in (two letters, or `und`).
 * `language` is a BCP 47 tag, where it is known.
 */
export function readQuestion(
  text: string,
  language: string | undefined,
  statistics: CorpusStatistics,
  seed: number,
): { wanted: Wanted[]; language: string } {
  const languages = languagesOf(text, language, statistics);
  const byPlace = new Map<string, Wanted>();
  for (const spoken of languages) {
    const forms = questionFormsOf(spoken);
    const asked = forms ? withoutForms(text, forms) : text;
    for (const { term, position } of analyze(asked, spoken)) {
      const place = `${position}/${isCharacter(term)}`;
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
  return { wanted: [...byTerm.values()].slice(0, wantedMax), language: languages[0]! };
}

/** Cuts out what a question is asked with, unless nothing else would be left of it. */
function withoutForms(text: string, forms: RegExp): string {
  const rest = text.replace(forms, ' ');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
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
