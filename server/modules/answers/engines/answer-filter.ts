/** From this length on a stretch that also stands in the instructions is held back until it is clear what it is. */
const echoCharsHeld = 20;

/** A text that must not be repeated: so many letters and digits of it in a row are too many. */
export interface Secret {
  text: string;
  charsMax: number;
}

interface Rules {
  secrets: readonly Secret[];
  /** Must not appear at all. */
  boundary: string;
  /** Said alone: there is no answer. */
  noAnswer: string;
}

export interface AnswerFilter {
  /** Takes the next piece; answers what may be shown now, which continues what was answered before. */
  push(delta: string): string;
  /** It repeats its instructions: nothing of it may be used. */
  readonly echoes: boolean;
  /** Characters written so far, thoughts and all. */
  readonly length: number;
  /** What it comes to, once it is over. */
  finish(): { kind: 'answer'; text: string } | { kind: 'unknown' } | { kind: 'nothing' };
}

/**
 * Lets through what a model writes, piece by piece, as soon as it is sure that it may be seen: without the thoughts some
 * models put before the answer, not the word that means there is no answer, and never the model's instructions.
 */
export function createAnswerFilter({ secrets, boundary, noAnswer }: Rules): AnswerFilter {
  const guarded = secrets.map(({ text, charsMax }) => ({ text: squeeze(text).text, charsMax }));
  const tailChars = 2 * Math.max(200, ...secrets.map(({ charsMax }) => charsMax));
  let raw = '';
  let shown = 0;
  let echoes = false;

  /** What was written, without thoughts; while it goes on without what may begin one. */
  function visible({ isEnd = false } = {}): string {
    const text = raw.replace(/<think(ing)?>[\s\S]*?<\/think(ing)?>\s*/gi, '');
    const begun = /<think(ing)?>/i.exec(text);
    if (begun) return text.slice(0, begun.index);
    const maybe = isEnd ? null : /<[/a-z]{0,9}$/i.exec(text);
    return maybe ? text.slice(0, maybe.index) : text;
  }

  /** How many characters at the end of `text` may be the beginning of the instructions repeated. */
  function heldAtEnd(text: string, added: number): number {
    const from = Math.max(0, text.length - tailChars - added);
    const { text: tail, starts } = squeeze(text.slice(from));
    let held = 0;
    for (const { text: secret, charsMax } of guarded) {
      for (let at = 0; at + charsMax <= tail.length; at += 1) {
        if (secret.includes(tail.slice(at, at + charsMax))) echoes = true;
      }
      let length = 0;
      while (length < tail.length && secret.includes(tail.slice(-length - 1))) length += 1;
      if (length >= echoCharsHeld) held = Math.max(held, text.length - from - (starts[tail.length - length] ?? 0));
    }
    return held;
  }

  return {
    push(delta) {
      raw += delta;
      const text = visible();
      if (text.includes(boundary)) echoes = true;
      const trimmed = text.trim();
      const mayBeNoAnswer =
        noAnswer.startsWith(trimmed.slice(0, noAnswer.length)) && trimmed.length <= noAnswer.length + 2;
      const safe = text.length - Math.max(heldAtEnd(text, delta.length), heldMark(text, boundary));
      if (echoes || mayBeNoAnswer || safe <= shown) return '';
      const piece = text.slice(shown, safe);
      shown = safe;
      return piece;
    },
    get echoes() {
      return echoes;
    },
    get length() {
      return raw.length;
    },
    finish() {
      const said = visible({ isEnd: true }).trim();
      const bare = said.replace(/[`*"'.\s]/g, '');
      if (bare === noAnswer) return { kind: 'unknown' };
      // Some say it and then explain themselves.
      if (said.startsWith(noAnswer) || said.endsWith(noAnswer)) return { kind: 'unknown' };
      const rest = said.replaceAll(noAnswer, '').trim();
      return rest === '' ? { kind: 'nothing' } : { kind: 'answer', text: rest };
    },
  };
}

/** A mark may come in pieces. */
function heldMark(text: string, mark: string): number {
  for (let size = Math.min(mark.length - 1, text.length); size > 4; size -= 1) {
    if (text.endsWith(mark.slice(0, size))) return size;
  }
  return 0;
}

/** Letters and digits alone, in lower case, and where each stood: an echo is one however it is spaced and marked. */
function squeeze(text: string): { text: string; starts: number[] } {
  let squeezed = '';
  const starts: number[] = [];
  let at = 0;
  for (const character of text) {
    if (/[\p{L}\p{N}]/u.test(character)) {
      const lower = character.toLowerCase();
      squeezed += lower;
      for (let index = 0; index < lower.length; index += 1) starts.push(at);
    }
    at += character.length;
  }
  return { text: squeezed, starts };
}
