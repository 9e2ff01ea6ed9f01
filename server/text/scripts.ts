/** The ways of writing that are treated apart. `unspaced` ones have no blanks between words. */
export type Script = 'latin' | 'cyrillic' | 'greek' | 'arabic' | 'hebrew' | 'unspaced' | 'other';

/** Matches one run of letters of a script without blanks, Korean included: its words carry their particles. */
export const unspacedRun =
  /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}ー\p{sc=Hangul}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]+/gu;

/** The script of a word by its first letter. */
export function scriptOf(word: string): Script {
  const code = word.charCodeAt(0);
  if (code < 0x370) return 'latin';
  if (code < 0x400) return 'greek';
  if (code < 0x530) return 'cyrillic';
  if (code >= 0x590 && code < 0x600) return 'hebrew';
  if (code >= 0x600 && code < 0x780) return 'arabic';
  if (code >= 0x1e00 && code < 0x1f00) return 'latin';
  return 'other';
}

/** Whether a letter belongs to a script without blanks; cheap, for text that mostly does not. */
export function mayBeUnspaced(word: string): boolean {
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) >= 0xe00) return true;
  return false;
}

/** Whether a term is a single character of a script without blanks, which says less than a pair of them. */
export function isCharacter(term: string): boolean {
  const first = term.charCodeAt(0);
  return first >= 0xe00 && (term.length === 1 || (term.length === 2 && first >= 0xd800 && first < 0xdc00));
}
