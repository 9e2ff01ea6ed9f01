/**
 * Light stemming of Arabic words: what stands before and after the word is taken off, the word itself stays whole. After
 * "light10" (Larkey, Ballesteros, Connell: Light Stemming for Arabic Information Retrieval, 2007).
 */

const prefixes = ['وال', 'بال', 'كال', 'فال', 'لل', 'ال'];
const suffixes = ['ها', 'ان', 'ات', 'ون', 'ين', 'يه', 'ية', 'ه', 'ة', 'ي'];

/** One spelling for letters that are written in several ways; marks of vowels and stretched letters go. */
export function normalizeArabic(word: string): string {
  return word
    .replace(/[\u0610-\u061A\u0640\u064B-\u065F\u0670\u06D6-\u06ED]/g, '')
    .replace(/[آأإٱ]/g, 'ا')
    .replace(/ى/g, 'ي')
    .replace(/ؤ/g, 'و')
    .replace(/ئ/g, 'ي')
    .replace(/ک/g, 'ك')
    .replace(/ی/g, 'ي');
}

/** The stem of a normalised word; at least two letters stay. */
export function stemArabic(word: string): string {
  let stem = word;
  if (stem.length > 3 && stem.startsWith('و')) stem = stem.slice(1);
  for (const prefix of prefixes) {
    if (stem.startsWith(prefix) && stem.length - prefix.length >= 2) {
      stem = stem.slice(prefix.length);
      break;
    }
  }
  for (const suffix of suffixes) {
    if (stem.endsWith(suffix) && stem.length - suffix.length >= 3) stem = stem.slice(0, -suffix.length);
  }
  return stem;
}
