import { stopWordsOf } from '../../text/stop-words.ts';

/** The languages in which Confab itself can say something to a visitor; those of the widget. */
export const answerLanguages = ['en', 'de', 'fr', 'es', 'tr', 'ar', 'he', 'ja', 'zh'] as const;
export type AnswerLanguage = (typeof answerLanguages)[number];

const latin = ['en', 'de', 'fr', 'es', 'tr'] as const;

/**
 * In which language to answer: the one the text is written in, where its script or its small words tell; else the first
 * of the hints (BCP 47 tags, as of the widget and of the browser) that is one of ours; else English.
 */
export function answerLanguageOf(text: string, hints: readonly (string | null | undefined)[]): AnswerLanguage {
  const hinted = hints.map(ownLanguage).find((language) => language !== undefined);
  return byScript(text, hinted) ?? byWords(text, hinted) ?? hinted ?? 'en';
}

function ownLanguage(tag: string | null | undefined): AnswerLanguage | undefined {
  const primary = tag?.toLowerCase().split(/[-_]/, 1)[0];
  const language = primary === 'iw' ? 'he' : primary;
  return answerLanguages.find((one) => one === language);
}

function byScript(text: string, hinted: AnswerLanguage | undefined): AnswerLanguage | undefined {
  if (/[\p{sc=Hiragana}\p{sc=Katakana}]/u.test(text)) return 'ja';
  if (/\p{sc=Han}/u.test(text)) return hinted === 'ja' ? 'ja' : 'zh';
  if (/\p{sc=Arabic}/u.test(text)) return 'ar';
  if (/\p{sc=Hebrew}/u.test(text)) return 'he';
  return undefined;
}

/** By small words and letters of its own; undefined when none leads. A hint decides between equals. */
function byWords(text: string, hinted: AnswerLanguage | undefined): AnswerLanguage | undefined {
  const words = text.toLowerCase().match(/\p{L}[\p{L}\p{M}]*/gu) ?? [];
  const scores = latin.map((language) => {
    const small = stopWordsOf(language);
    const count = words.filter((word) => small.has(word)).length;
    return { language, score: count + (ownLetters[language]?.test(text) ? 1 : 0) };
  });
  const best = Math.max(...scores.map(({ score }) => score));
  if (best === 0) return undefined;
  const leading = scores.filter(({ score }) => score === best).map(({ language }) => language);
  if (leading.length === 1) return leading[0];
  return leading.find((language) => language === hinted);
}

const ownLetters: Partial<Record<AnswerLanguage, RegExp>> = {
  de: /[äß]/i,
  fr: /[èêœ]|\b[ldjnqcsm]['’]/i,
  es: /[ñ¿¡]/i,
  tr: /[ğış]/i,
};
