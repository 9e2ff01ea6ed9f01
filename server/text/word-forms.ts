import { newStemmer } from 'snowball-stemmers';
import { normalizeArabic, stemArabic } from './arabic.ts';
import { normalizeHebrew, stemHebrew } from './hebrew.ts';
import type { Script } from './scripts.ts';
import { stopWordsOf } from './stop-words.ts';

/** Longer terms are known by their beginning. In UTF-16 code units. */
const termCharsMax = 40;
/** How many words a language remembers before it forgets all: texts repeat their words. */
const rememberedMax = 50_000;

const snowballNames: Record<string, string> = {
  en: 'english',
  de: 'german',
  fr: 'french',
  es: 'spanish',
  it: 'italian',
  pt: 'portuguese',
  nl: 'dutch',
  tr: 'turkish',
  ru: 'russian',
};

/** The language by which a word is treated that is written in another script than the text's language. */
const languageOfScript: Partial<Record<Script, string>> = { latin: 'en', arabic: 'ar', hebrew: 'he', cyrillic: 'ru' };
const scriptOfLanguage: Record<string, Script> = { ar: 'arabic', he: 'hebrew', ru: 'cyrillic' };

/** Words whose end Snowball takes for an ending. */
const ownForms: Record<string, Record<string, string>> = { en: { embed: 'embed', embeds: 'embed' } };

type Reduce = (word: string) => string | null;
const reducers = new Map<string, Reduce>();

/**
 * From a word as it is written to the term under which it is found, by its language: null when it is a stop word.
 * Remembers what it has met.
 */
export function reducerFor(language: string, script: Script): Reduce {
  const own = scriptOfLanguage[language] ?? (['zh', 'ja', 'ko'].includes(language) ? undefined : 'latin');
  const effective = own === script ? language : (languageOfScript[script] ?? 'und');
  const known = reducers.get(effective);
  if (known) return known;
  const reduce = remember(makeReducer(effective));
  reducers.set(effective, reduce);
  return reduce;
}

function remember(reduce: Reduce): Reduce {
  const seen = new Map<string, string | null>();
  return (word) => {
    const known = seen.get(word);
    if (known !== undefined) return known;
    const term = reduce(word);
    if (seen.size >= rememberedMax) seen.clear();
    seen.set(word, term);
    return term;
  };
}

function makeReducer(language: string): Reduce {
  const stops = new Set([...stopWordsOf(language)].flatMap((word) => [word, normalize(word, language)]));
  const stem = makeStemmer(language);
  return (word) => {
    const lower = lowerCase(word, language);
    if (stops.has(lower)) return null;
    const normal = normalize(lower, language);
    if (normal === '' || stops.has(normal)) return null;
    return foldMarks(stem(normal)).slice(0, termCharsMax) || null;
  };
}

function lowerCase(word: string, language: string): string {
  return language === 'tr' ? word.replace(/İ/g, 'i').replace(/I/g, 'ı').toLowerCase() : word.toLowerCase();
}

function normalize(word: string, language: string): string {
  if (language === 'ar') return normalizeArabic(word);
  if (language === 'he') return normalizeHebrew(word);
  // Umlauts are also written with an e, which the stemmer does not know.
  if (language === 'de')
    return word
      .replace(/ae/g, 'ä')
      .replace(/oe/g, 'ö')
      .replace(/(?<![aeäq])ue/g, 'ü');
  if (language === 'ru') return word.replace(/ё/g, 'е');
  return word.replace(/\u0307/g, '');
}

function makeStemmer(language: string): (word: string) => string {
  if (language === 'ar') return stemArabic;
  if (language === 'he') return stemHebrew;
  const name = snowballNames[language];
  if (name === undefined) return (word) => word;
  const stemmer = newStemmer(name);
  const own = new Map(Object.entries(ownForms[language] ?? {}));
  return (word) => own.get(word) ?? (/\d/.test(word) ? word : stemmer.stem(word));
}

/** Letters without their accents, as people type them who have no such keys. */
function foldMarks(word: string): string {
  if (/^[\x20-\x7e]*$/.test(word)) return word;
  return word
    .normalize('NFD')
    .replace(/(?<=[\p{sc=Latin}\p{sc=Greek}\p{sc=Cyrillic}])\p{Mn}+/gu, '')
    .normalize('NFC')
    .replace(/ı/g, 'i')
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/æ/g, 'ae')
    .replace(/œ/g, 'oe')
    .replace(/ł/g, 'l')
    .replace(/đ/g, 'd');
}
