import { languagesWithStopWords, stopWordsOf } from './stop-words.ts';

/** How sure a guess is, in numbers of telling words. */
export interface LanguageGuess {
  /** Two letters, `und` when nothing tells. */
  language: string;
  /** Weight of what speaks for it beyond what speaks for the second best. */
  margin: number;
}

/** More of a text says nothing new. In UTF-16 code units. */
const readCharsMax = 4_000;

const scriptLanguages: [RegExp, string][] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/gu, 'ja'],
  [/\p{sc=Hangul}/gu, 'ko'],
  [/\p{sc=Han}/gu, 'zh'],
  [/\p{sc=Arabic}/gu, 'ar'],
  [/\p{sc=Hebrew}/gu, 'he'],
  [/\p{sc=Cyrillic}/gu, 'ru'],
  [/\p{sc=Greek}/gu, 'el'],
  [/\p{sc=Thai}/gu, 'th'],
];
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
  const letters = read.match(/\p{L}/gu)?.length ?? 0;
  if (letters === 0) return { language: 'und', margin: 0 };
  const byScript = scriptLanguage(read, letters);
  if (byScript) return { language: byScript, margin: letters };
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

function scriptLanguage(text: string, letters: number): string | undefined {
  const counts = scriptLanguages.map(([pattern, language]) => ({ language, count: text.match(pattern)?.length ?? 0 }));
  const japanese = counts[0]!.count;
  const han = counts.find(({ language }) => language === 'zh')!;
  if (japanese + han.count >= letters * 0.3) return japanese >= (japanese + han.count) * 0.05 ? 'ja' : 'zh';
  const best = counts.reduce((a, b) => (b.count > a.count ? b : a));
  return best.count >= letters * 0.3 ? best.language : undefined;
}
