/** The languages the widget's texts exist in; the first is the one for everybody else. */
export const languages = ['en', 'de', 'fr', 'es', 'tr', 'ar', 'he', 'ja', 'zh'] as const;
export type Language = (typeof languages)[number];

/** The first of `wished` (BCP 47 tags, as in `de-AT`) that there are texts for, else English. */
export function pickLanguage(...wished: readonly (string | undefined)[]): Language {
  for (const wish of wished) {
    // `iw` is the code Hebrew had until 1989 and that some browsers still send.
    const code = (wish ?? '').slice(0, 2).toLowerCase().replace('iw', 'he');
    const found = languages.find((language) => language === code && !/^[a-z]{3}/i.test(wish ?? ''));
    if (found) return found;
  }
  return 'en';
}

export const isRightToLeft = (language: Language): boolean => language === 'ar' || language === 'he';
