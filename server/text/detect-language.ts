import { languagesWithStopWords, stopWordsOf } from './stop-words.ts';

/** How sure a guess is, in numbers of telling words. */
export interface LanguageGuess {
  /** Two letters, `und` when nothing tells. */
  language: string;
  /** Weight of what speaks for it beyond what speaks for the second best. */
  margin: number;
}

/** More of a text says nothing new. In UTF-16 code units. */
const readCharsMax = 2_000;

/** Letters that few languages have, each worth as much as a short word. */
const tellingLetters: [RegExp, string[]][] = [
  [/ß/g, ['de']],
  [/[äö]/g, ['de']],
  [/ü/g, ['de', 'tr']],
  [/[ğışİ]/g, ['tr']],
  [/[ñ¿¡]/g, ['es']],
  [/[èêùœ]/g, ['fr']],
  [/ç/g, ['fr', 'tr', 'pt']],
  [/[ãõ]/g, ['pt']],
  [/[òì]/g, ['it']],
];

/** Stop words by the languages that have them; short words that many have count little. */
const telling = new Map<string, { languages: string[]; weight: number }>();
for (const language of languagesWithStopWords()) {
  for (const word of stopWordsOf(language)) {
    if (word.length < 2) continue;
    const known = telling.get(word);
    const languages = [...(known?.languages ?? []), language];
    telling.set(word, { languages, weight: 1 / languages.length });
  }
}

/**
 * Guesses the language of a text: by its script, and in Latin letters by the small words and letters that are a
 * language's own. With `among`, only these are weighed where the script leaves a choice.
 */
export function detectLanguage(text: string, among?: readonly string[]): LanguageGuess {
  const read = text.slice(0, readCharsMax);
  const { letters, language } = scriptLanguage(read);
  if (letters === 0) return { language: 'und', margin: 0 };
  if (language) return { language, margin: letters };
  const votes = new Map<string, number>();
  const vote = (language: string, weight: number) => {
    if (among && !among.includes(language)) return;
    votes.set(language, (votes.get(language) ?? 0) + weight);
  };
  for (const [word] of read.toLowerCase().matchAll(/[\p{L}\p{M}]+/gu)) {
    const found = telling.get(word);
    if (found) for (const language of found.languages) vote(language, found.weight);
  }
  for (const [pattern, languages] of tellingLetters) {
    const count = read.match(pattern)?.length ?? 0;
    if (count > 0) for (const language of languages) vote(language, (count * 0.5) / languages.length);
  }
  const [best, second] = [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  if (!best) return { language: 'und', margin: 0 };
  return { language: best[0], margin: best[1] - (second?.[1] ?? 0) };
}

/** Of this share of the letters a script must be for the text to be in its language: many texts quote Latin names. */
const scriptShareMin = 0.3;
/** Japanese has so many letters of its own among the Chinese ones. */
const kanaShareMin = 0.05;

/** The number of letters, and the language when the script is not Latin. */
function scriptLanguage(text: string): { letters: number; language: string | undefined } {
  const counts = new Map<string, number>();
  let letters = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0x41) continue;
    const language = code < 0x370 ? 'latin' : languageOfLetter(code);
    // One of these is worth several letters of an alphabet.
    const worth = language === 'zh' || language === 'ja' || language === 'ko' ? 2 : 1;
    letters += worth;
    counts.set(language, (counts.get(language) ?? 0) + worth);
  }
  const of = (language: string) => counts.get(language) ?? 0;
  const eastern = of('ja') + of('zh');
  if (eastern >= letters * scriptShareMin && eastern > 0) {
    return { letters, language: of('ja') >= eastern * kanaShareMin ? 'ja' : 'zh' };
  }
  const [best] = [...counts]
    .filter(([language]) => language !== 'und' && language !== 'latin')
    .sort((a, b) => b[1] - a[1]);
  return { letters, language: best && best[1] >= letters * scriptShareMin ? best[0] : undefined };
}

/** By the block a letter is in; marks between the letters do not matter here. */
function languageOfLetter(code: number): string {
  if (code < 0x400) return 'el';
  if (code < 0x530) return 'ru';
  if (code >= 0x590 && code < 0x600) return 'he';
  if (code >= 0x600 && code < 0x780) return 'ar';
  if (code >= 0xe00 && code < 0xe80) return 'th';
  if ((code >= 0x3040 && code < 0x3100) || (code >= 0xff66 && code < 0xffa0)) return 'ja';
  if (code >= 0x3400 && code < 0xa000) return 'zh';
  if (code >= 0xac00 && code < 0xd7b0) return 'ko';
  return 'und';
}
