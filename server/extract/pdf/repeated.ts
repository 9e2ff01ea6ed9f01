import type { Line } from './lines.ts';

const edgeLines = 3;
/** Of the height that is printed on. */
const edgeShare = 0.12;
const pagesMin = 3;

/**
 * Takes running headers and footers out: lines at the upper or lower edge that come again, but for their numbers, on
 * many pages. The first of each stays, as the title of a journal or a date may stand nowhere else.
 */
export function dropRepeated(pages: Line[][]): Line[][] {
  const seenOn = new Map<string, number>();
  const heights = pages.flat().map((line) => line.y);
  const [lowest, highest] = [
    heights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    heights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  const margin = (highest - lowest) * edgeShare;
  const edges = pages.map((lines) => edgesOf(lines, { above: highest - margin, below: lowest + margin }));
  for (const edge of edges)
    for (const key of new Set([...edge].map(keyOf))) seenOn.set(key, (seenOn.get(key) ?? 0) + 1);
  // Left and right pages have headers of their own.
  const enough = Math.max(pagesMin, Math.ceil(pages.filter((page) => page.length > 0).length * 0.3));
  const met = new Set<string>();
  return pages.map((lines, index) =>
    lines.filter((line) => {
      const key = keyOf(line);
      if (!edges[index]!.has(line) || (seenOn.get(key) ?? 0) < enough) return true;
      const isFirst = !met.has(key);
      met.add(key);
      return isFirst;
    }),
  );
}

function edgesOf(lines: Line[], zone: { above: number; below: number }): Set<Line> {
  const byHeight = [...lines].sort((a, b) => b.y - a.y);
  const outer = [...byHeight.slice(0, edgeLines), ...byHeight.slice(-edgeLines)];
  return new Set(outer.filter(({ y }) => y > zone.above || y < zone.below));
}

function keyOf(line: Line): string {
  const place = Math.round(line.y / 6);
  return `${place} ${line.text.toLowerCase().replace(/\d+|\b[ivxl]+\b/g, '#')}`;
}
