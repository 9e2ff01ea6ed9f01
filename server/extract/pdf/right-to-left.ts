import type { Piece } from './piece.ts';

type Token = { text: string; spaced: boolean; kind: 'right' | 'left' | 'none' };

/**
 * A line of Arabic or Hebrew by the places of its pieces, from the right; the numbers and foreign words in it from the
 * left. Programs write such lines in either order, and Arabic often letter by letter.
 */
export function readRightToLeft(group: Piece[], blanks: Piece[]): string {
  const sorted = [...group].sort((a, b) => b.right - a.right);
  const near = blanks.filter((blank) => Math.abs(blank.y - sorted[0]!.y) < sorted[0]!.size);
  const tokens = sorted.map((piece, index): Token => {
    const previous = sorted[index - 1];
    const kind = kindOf(piece.text);
    // Marks between words are stored as they look, from the left.
    const text = kind === 'none' ? [...piece.text].reverse().join('') : piece.text;
    return { text, kind, spaced: previous !== undefined && isApart(previous, piece, near) };
  });
  return turnForeign(tokens)
    .map(({ text, spaced }) => (spaced ? ` ${text}` : text))
    .join('')
    .replace(/ +([,.;:!?،؛؟…)])/g, '$1');
}

function kindOf(text: string): Token['kind'] {
  if (/[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(text.replace(/[\u060c\u061b\u061f\u0660-\u0669]/g, '')))
    return 'right';
  return /[\p{L}\p{N}]/u.test(text) ? 'left' : 'none';
}

function isApart(right: Piece, left: Piece, blanks: Piece[]): boolean {
  const size = Math.min(right.size, left.size);
  const gap = right.left - left.right;
  if (gap > 0.3 * size) return true;
  const slack = 0.1 * size;
  return (
    gap > 0.05 * size &&
    blanks.some((blank) => isBetween((blank.left + blank.right) / 2, left.right - slack, right.left + slack))
  );
}

function isBetween(place: number, from: number, to: number): boolean {
  return place >= from && place <= to;
}

/** Turns each run of numbers and foreign words, and what stands between them, back to its own order. */
function turnForeign(tokens: Token[]): Token[] {
  const turned: Token[] = [];
  let index = 0;
  while (index < tokens.length) {
    let end = index;
    if (tokens[index]!.kind === 'left') {
      for (let next = index + 1; next < tokens.length && tokens[next]!.kind !== 'right'; next += 1) {
        if (tokens[next]!.kind === 'left') end = next;
      }
    }
    const run = tokens.slice(index, end + 1);
    for (let at = run.length - 1; at >= 0; at -= 1) {
      const isFirst = at === run.length - 1;
      turned.push({ ...run[at]!, spaced: isFirst ? run[0]!.spaced : run[at + 1]!.spaced });
    }
    index = end + 1;
  }
  return turned;
}
