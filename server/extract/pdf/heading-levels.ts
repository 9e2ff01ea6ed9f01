import type { Block } from './blocks.ts';

const headingCharsMax = 160;
const headingLinesMax = 3;
const levelsMax = 4;

/**
 * Tells headings: what the outline names, and short blocks in letters clearly larger than most of the document's. The
 * larger the letters, the higher the level.
 */
export function headingLevels(blocks: Block[], outline: Map<string, number>): (block: Block) => number | null {
  const named = new Map([...outline].map(([title, level]) => [plain(title), level]));
  const body = usualSize(blocks);
  const isLarge = (block: Block) =>
    block.size > body * 1.15 && isShort(block) && !block.isRow && !isSentence(block.text);
  // Where a quarter of the blocks is large, size says nothing.
  const saysNothing = blocks.filter(isLarge).length > Math.max(2, blocks.length / 4);
  const sizes = [...new Set(blocks.filter(isLarge).map((block) => step(block.size)))].sort((a, b) => b - a);
  return (block) => {
    if (!isShort(block)) return null;
    const level = named.get(plain(block.text));
    if (level !== undefined) return Math.min(level, levelsMax);
    if (saysNothing || !isLarge(block)) return null;
    return Math.min(sizes.indexOf(step(block.size)) + 1, levelsMax);
  };
}

function isShort({ text, lineCount }: Block): boolean {
  return lineCount <= headingLinesMax && text.length <= headingCharsMax && /\p{L}{2}/u.test(text);
}

function isSentence(text: string): boolean {
  return /[.。;；,，、]$/.test(text) && text.length > 40;
}

function step(size: number): number {
  return Math.round(size * 2) / 2;
}

function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/^[\s\d.]+/, '')
    .replace(/\s+/g, ' ')
    .trim();
}

function usualSize(blocks: Block[]): number {
  const chars = new Map<number, number>();
  const prose = blocks.filter(({ lineCount, isRow }) => lineCount > 1 && !isRow);
  for (const block of prose.length > 0 ? prose : blocks)
    chars.set(step(block.size), (chars.get(step(block.size)) ?? 0) + block.text.length);
  return [...chars].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 10;
}
