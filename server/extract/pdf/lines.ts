import type { Piece } from './piece.ts';
import { readRightToLeft } from './right-to-left.ts';

/** A piece of text as PDF.js gives it; the transform holds size, direction and place. */
export interface TextItem {
  str: string;
  transform: number[];
  width: number;
  height: number;
}

/** A line as it is read. Coordinates are in points, from the lower left of the page as it stands upright. */
export interface Line {
  text: string;
  left: number;
  right: number;
  /** The base line. */
  y: number;
  /** Of most of its letters. */
  size: number;
  /** It has gaps as between the columns of a table. */
  isRow: boolean;
}

const rightToLeft = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/g;
const leftToRight = /[A-Za-z\u00c0-\u024f\u0370-\u052f]/g;
const ideographs = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]/;

/**
 * Puts pieces together to lines. Their order in the file is kept, since whoever made the file wrote column by column;
 * within a line they are sorted by place, since some programs write the cells of a row in any order. Text that runs in
 * another direction than most of the page, as a remark along its edge, comes last.
 */
export function linesOf(items: TextItem[]): Line[] {
  const byTurn = new Map<number, Piece[]>();
  const pending = new Map<number, boolean>();
  const blanks: Piece[] = [];
  for (const item of items) {
    const turn = turnOf(item.transform);
    if (item.str.trim() === '') {
      pending.set(turn, true);
      if (turn === 0 && item.str !== '') blanks.push(toPiece(item, turn, false));
      continue;
    }
    const pieces = byTurn.get(turn) ?? [];
    pieces.push(toPiece(item, turn, pending.get(turn) ?? false));
    byTurn.set(turn, pieces);
    pending.set(turn, / $/.test(item.str));
  }
  const turns = [...byTurn.values()].sort((a, b) => charsOf(b) - charsOf(a));
  return turns.flatMap((pieces) => groupLines(pieces, blanks));
}

function charsOf(pieces: Piece[]): number {
  return pieces.reduce((sum, piece) => sum + piece.text.length, 0);
}

/** Quarter turns of the text, 0 to 3. */
function turnOf(transform: number[]): number {
  return (Math.round(Math.atan2(transform[1] ?? 0, transform[0] ?? 1) / (Math.PI / 2)) + 4) % 4;
}

function toPiece(item: TextItem, turn: number, spaced: boolean): Piece {
  const [a = 1, b = 0, c = 0, d = 1, e = 0, f = 0] = item.transform;
  const size = Math.hypot(c, d) || Math.hypot(a, b) || item.height || 1;
  const turned = [
    [e, f],
    [f, -e],
    [-e, -f],
    [-f, e],
  ][turn]!;
  const left = turned[0]!;
  return { text: item.str, left, right: left + Math.abs(item.width), y: turned[1]!, size, spaced };
}

function groupLines(pieces: Piece[], blanks: Piece[]): Line[] {
  const lines: Line[] = [];
  let group: Piece[] = [];
  for (const piece of pieces) {
    if (group.length > 0 && !isOnLine(group, piece)) {
      lines.push(toLine(group, blanks));
      group = [];
    }
    group.push(piece);
  }
  if (group.length > 0) lines.push(toLine(group, blanks));
  return lines;
}

function isOnLine(group: Piece[], piece: Piece): boolean {
  const main = group.reduce((best, other) => (other.size > best.size ? other : best));
  const last = group.at(-1)!;
  const offset = Math.abs(piece.y - main.y);
  if (offset < 0.3 * Math.max(piece.size, main.size)) return true;
  // Raised and lowered figures stand next to what they belong to.
  const isSmall = Math.min(piece.size, last.size) < 0.85 * Math.max(piece.size, last.size);
  const isNear = Math.abs(piece.left - last.right) < 0.6 * main.size;
  return isSmall && isNear && offset < 0.6 * Math.max(piece.size, main.size);
}

function toLine(group: Piece[], blanks: Piece[]): Line {
  const all = group.map((piece) => piece.text).join('');
  // An address or a name in Latin letters does not turn a line around.
  const isRtl = (all.match(rightToLeft)?.length ?? 0) * 2 > (all.match(leftToRight)?.length ?? 0);
  const text = isRtl ? readRightToLeft(group, blanks) : readLeftToRight(group);
  const byPlace = [...group].sort((a, b) => a.left - b.left);
  return {
    text: text.replace(/\s+/g, ' ').trim(),
    left: Math.min(...group.map((piece) => piece.left)),
    right: Math.max(...group.map((piece) => piece.right)),
    y: group.reduce((best, piece) => (piece.size > best.size ? piece : best)).y,
    size: usualSize(group),
    isRow: byPlace.some((piece, index) => index > 0 && piece.left - byPlace[index - 1]!.right > 1.5 * piece.size),
  };
}

function readLeftToRight(group: Piece[]): string {
  const moved = !isInOrder(group);
  const sorted = moved ? [...group].sort((a, b) => a.left - b.left) : group;
  let text = '';
  sorted.forEach((piece, index) => {
    const previous = sorted[index - 1];
    if (previous) {
      const gap = (piece.left - previous.right) / Math.min(previous.size, piece.size);
      if (needsBlank(text, piece, gap, moved)) text += ' ';
    }
    text += piece.text;
  });
  return text;
}

function isInOrder(group: Piece[]): boolean {
  return group.every((piece, index) => index === 0 || piece.left >= group[index - 1]!.left - 0.5 * piece.size);
}

function needsBlank(text: string, piece: Piece, gap: number, moved: boolean): boolean {
  if (text.endsWith(' ') || piece.text.startsWith(' ')) return false;
  const between = text.at(-1)! + piece.text[0]!;
  if (ideographs.test(between[0]!) && ideographs.test(between[1]!)) return gap > 0.8;
  return gap > 0.22 || (piece.spaced && (moved || gap > 0.08 || gap < -0.5));
}

function usualSize(group: Piece[]): number {
  const chars = new Map<number, number>();
  for (const piece of group) {
    const size = Math.round(piece.size * 10) / 10;
    chars.set(size, (chars.get(size) ?? 0) + piece.text.length);
  }
  return [...chars].sort((a, b) => b[1] - a[1])[0]![0];
}
