import { mayBeUnspaced, scriptOf, unspacedRun } from './scripts.ts';
import { reducerFor } from './word-forms.ts';

/** A term of a text and the number of its word (of its character, in a script without blanks), counted from 0. */
export interface Token {
  term: string;
  position: number;
  /** Where the word stands in the text as given, in UTF-16 code units. */
  start: number;
  end: number;
}

const word = /\d+(?:[.,]\d{3})+(?![\d.,]*\d)|[\p{L}\p{N}\p{M}]+/gu;

/**
 * Cuts a text into the terms under which it is found, in the order in which they come, by the rules of its language (two
 * letters; `und` for none). Stop words leave a gap in the positions. Runs of scripts without blanks become single
 * characters and pairs of them, at the position of the first.
 */
export function analyze(text: string, language: string): Token[] {
  const tokens: Token[] = [];
  let position = 0;
  for (const { 0: given, index } of text.matchAll(word)) {
    const form = isPlain(given) ? given : given.normalize('NFKC');
    const pieces = mayBeUnspaced(form) ? cutRuns(form) : [{ text: form, isUnspaced: false, at: 0 }];
    const end = index + given.length;
    for (const piece of pieces) {
      if (piece.isUnspaced) {
        // Where normalising made more or fewer characters of a word, theirs are not to be told apart in the text.
        const where = form.length === given.length ? { start: index + piece.at } : { start: index, end };
        position = addRun(tokens, piece.text, position, where);
        continue;
      }
      const code = piece.text.charCodeAt(0);
      const plain = code >= 0x30 && code <= 0x39 ? piece.text.replace(/[.,]/g, '') : piece.text;
      const term = reducerFor(language, scriptOf(plain))(plain);
      if (term !== null) tokens.push({ term, position, start: index, end });
      position += 1;
    }
  }
  return tokens;
}

function isPlain(word: string): boolean {
  for (let at = 0; at < word.length; at += 1) if (word.charCodeAt(at) > 0x17f) return false;
  return true;
}

function cutRuns(form: string): { text: string; isUnspaced: boolean; at: number }[] {
  const pieces: { text: string; isUnspaced: boolean; at: number }[] = [];
  let at = 0;
  for (const { 0: run, index } of form.matchAll(unspacedRun)) {
    if (index > at) pieces.push({ text: form.slice(at, index), isUnspaced: false, at });
    at = index + run.length;
    pieces.push({ text: run, isUnspaced: true, at: index });
  }
  if (at < form.length) pieces.push({ text: form.slice(at), isUnspaced: false, at });
  return pieces;
}

/** `given` says where the run begins in the text; with an `end`, all of its terms stand there together. */
function addRun(tokens: Token[], run: string, from: number, given: { start: number; end?: number }): number {
  let position = from;
  let at = given.start;
  const characters = [...run];
  for (const [number, character] of characters.entries()) {
    const next = characters[number + 1];
    const end = given.end ?? at + character.length;
    tokens.push({ term: character, position, start: at, end });
    if (next !== undefined) {
      tokens.push({ term: character + next, position, start: at, end: given.end ?? end + next.length });
    }
    position += 1;
    if (given.end === undefined) at = end;
  }
  return position;
}
