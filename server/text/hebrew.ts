/**
 * Light stemming of Hebrew words. The particles that are written together with a word (and, the, in, to, from, that,
 * as) are taken off from its beginning for as long as three letters stay, so that a word and the same word with
 * particles before it always end in the same form, also where its own first letter looks like a particle; then the
 * endings of number and gender.
 */

const finalLetters: Record<string, string> = { ך: 'כ', ם: 'מ', ן: 'נ', ף: 'פ', ץ: 'צ' };
const suffixes = ['יות', 'יים', 'ים', 'ות', 'ית', 'ה', 'ת', 'י'];

/** One form for final letters and doubled vowel letters; points and the marks of abbreviations go. */
export function normalizeHebrew(word: string): string {
  return word
    .replace(/[\u0591-\u05C7׳״'"]/g, '')
    .replace(/[ךםןףץ]/g, (letter) => finalLetters[letter] ?? letter)
    .replace(/וו/g, 'ו')
    .replace(/יי/g, 'י');
}

/** The stem of a normalised word; at least three letters stay when there were three. */
export function stemHebrew(word: string): string {
  let stem = word;
  for (let cut = 0; cut < 3 && stem.length > 3 && /^[ושהבלכמ]/.test(stem); cut += 1) stem = stem.slice(1);
  for (const suffix of suffixes) {
    const normal = normalizeHebrew(suffix);
    if (stem.endsWith(normal) && stem.length - normal.length >= 3) return stem.slice(0, -normal.length);
  }
  return stem;
}
