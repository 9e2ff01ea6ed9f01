import type { Language } from '../../language.ts';
import english, { type Texts } from './en.ts';

type Others = Exclude<Language, 'en'>;

/** English comes along; each other language is a file of its own. */
const others: Record<Others, () => Promise<{ default: Texts }>> = {
  de: () => import('./de.ts'),
  fr: () => import('./fr.ts'),
  es: () => import('./es.ts'),
  tr: () => import('./tr.ts'),
  ar: () => import('./ar.ts'),
  he: () => import('./he.ts'),
  ja: () => import('./ja.ts'),
  zh: () => import('./zh.ts'),
};

/** English where the texts cannot be had. */
export async function loadTexts(language: Language): Promise<Texts> {
  if (language === 'en') return english;
  try {
    return (await others[language]()).default;
  } catch {
    return english;
  }
}

/** `text` with its one placeholder filled in. */
export const fill = (text: string, value: string | number): string => text.replace(/\{\w+\}/, () => `${value}`);
