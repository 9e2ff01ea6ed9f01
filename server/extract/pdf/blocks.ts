import type { Line } from './lines.ts';

/** Lines that belong together: a paragraph, a list, a table, a heading. */
export interface Block {
  text: string;
  /** Of its letters, in points. */
  size: number;
  lineCount: number;
  /** It has a line with gaps as between the columns of a table. */
  isRow: boolean;
}

const bullet = /^(?:[•◦▪‣●○■□*–—-]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,4})[.)])\s/;
const sentenceEnd = /[.!?:;。！？؟…]["'”’)\]]*$/;
const ideograph = /[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]/;

/** Parts a page's lines into blocks and joins each block's lines, hyphenated words too. */
export function blocksOf(lines: Line[]): Block[] {
  const leading = usualLeading(lines);
  const groups: Line[][] = [];
  lines.forEach((line, index) => {
    const previous = lines[index - 1];
    if (previous && !startsBlock(previous, line, groups.at(-1)!, leading)) groups.at(-1)!.push(line);
    else groups.push([line]);
  });
  return groups.map((group) => ({
    text: joinLines(group),
    size: group[0]!.size,
    lineCount: group.length,
    isRow: group.some((line) => line.isRow),
  }));
}

/** The usual distance between lines, in sizes of their letters. */
function usualLeading(lines: Line[]): number {
  const distances: number[] = [];
  lines.forEach((line, index) => {
    const previous = lines[index - 1];
    const distance = previous ? (previous.y - line.y) / line.size : 0;
    if (distance > 0.8 && distance < 2.5 && Math.abs(previous!.size - line.size) < 0.5) distances.push(distance);
  });
  distances.sort((a, b) => a - b);
  return distances[Math.floor(distances.length * 0.4)] ?? 1.25;
}

function startsBlock(previous: Line, line: Line, block: Line[], leading: number): boolean {
  if (Math.abs(line.size - previous.size) > 0.08 * Math.max(line.size, previous.size)) return true;
  const distance = (previous.y - line.y) / line.size;
  if (distance < -0.5) return !continuesAcross(previous, line);
  if (distance > leading * 1.35 + 0.1) return true;
  const isBeside = line.left > previous.right || line.right < previous.left;
  if (isBeside && distance < 0.5) return true;
  const left = Math.min(...block.map((other) => other.left));
  const indent = (line.left - left) / line.size;
  const isParagraph = block.length > 1 && !previous.isRow && !line.isRow;
  return (
    isParagraph &&
    indent > 0.8 &&
    indent < 5 &&
    previous.left - left < 0.5 * line.size &&
    sentenceEnd.test(previous.text)
  );
}

/** A paragraph that goes on at the top of the next column. */
function continuesAcross(previous: Line, line: Line): boolean {
  if (previous.isRow || line.isRow || sentenceEnd.test(previous.text)) return false;
  return /^\p{Ll}/u.test(line.text) || (ideograph.test(previous.text.at(-1)!) && ideograph.test(line.text[0]!));
}

function joinLines(lines: Line[]): string {
  let text = lines[0]!.text;
  for (let index = 1; index < lines.length; index += 1) {
    const previous = lines[index - 1]!;
    const line = lines[index]!;
    const column = lines.filter((other) => Math.abs(other.left - previous.left) < 8 * previous.size);
    const right = Math.max(...column.map((other) => other.right));
    const left = Math.min(...column.map((other) => other.left));
    const isFull = right - previous.right < Math.max(0.2 * (right - left), 4 * previous.size);
    const keepsApart = previous.isRow || line.isRow || !isFull || bullet.test(line.text);
    text = keepsApart ? `${text}\n${line.text}` : joinProse(text, line.text);
  }
  return text;
}

function joinProse(text: string, next: string): string {
  if (/\p{L}[-\u00ad\u2010]$/u.test(text) && /^\p{Ll}/u.test(next)) return text.slice(0, -1) + next;
  if (/[-\u2010/–]$/.test(text) && /\S[-\u2010/–]$/.test(text)) return text + next;
  if (ideograph.test(text.at(-1)!) && ideograph.test(next[0]!)) return text + next;
  return `${text} ${next}`;
}
