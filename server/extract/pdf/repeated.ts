import type { Line } from './lines.ts';

const edgeLines = 3;
/** Of the height that is printed on. */
const edgeShare = 0.12;
const pagesMin = 3;
/** Of the pages, for lines that are the same each time: a chapter's title stands on those of the chapter. */
const sameShare = 0.3;
/** For lines that differ in their numbers: left and right pages may have different ones. */
const countedShare = 0.4;
/** Of the times a line comes, its number goes on as the pages do. */
const steadyShare = 0.8;
const listed = /^\s*\(?(?:\d+|[ivxl]+)[.)]\s+\p{L}/iu;

interface Edge {
  line: Line;
  page: number;
}

/**
 * Takes running headers and footers out: lines at the upper or lower edge that come again in the same place on many
 * pages. Lines that differ in their numbers are some only where these go on from page to page, as page numbers do, and
 * where the line is no heading and no entry of a list: "Question 7" is text. The first of each stays, as the title of a
 * journal or a date may stand nowhere else.
 */
export function dropRepeated(pages: Line[][]): Line[][] {
  const lines = pages.flat();
  const heights = lines.map((line) => line.y);
  const [lowest, highest] = [
    heights.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY),
    heights.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY),
  ];
  const margin = (highest - lowest) * edgeShare;
  const edges = pages.flatMap((page, index) =>
    edgesOf(page, { above: highest - margin, below: lowest + margin }).map((line) => ({ line, page: index })),
  );
  const printed = pages.filter((page) => page.length > 0).length;
  const enough = (share: number) => Math.max(pagesMin, Math.ceil(printed * share));
  const sizes = lines.map(({ size }) => size).sort((a, b) => a - b);
  const textSize = sizes[Math.floor(sizes.length / 2)] ?? 0;
  const dropped = new Set<Line>();
  const drop = (group: Edge[]) => {
    for (const { line } of group.slice(1)) dropped.add(line);
  };
  for (const group of groupsOf(edges, ({ line }) => `${placeOf(line)} ${line.text.toLowerCase()}`)) {
    if (pagesIn(group) >= enough(sameShare)) drop(group);
  }
  const counted = edges.filter(({ line }) => !dropped.has(line));
  for (const group of groupsOf(counted, ({ line }) => `${placeOf(line)} ${withoutNumbers(line.text)}`)) {
    if (pagesIn(group) >= enough(countedShare) && isCounted(group, textSize)) drop(group);
  }
  return pages.map((page) => page.filter((line) => !dropped.has(line)));
}

/** Whether lines that differ in their numbers count the pages. */
function isCounted(group: readonly Edge[], textSize: number): boolean {
  const isBare = group.every(({ line }) => /^[^\p{L}]*$/u.test(line.text.replace(/\b[ivxl]+\b/gi, '')));
  const isText = group.some(({ line }) => listed.test(line.text) || line.size > textSize * 1.05);
  if (isText && !isBare) return false;
  const columns = group.map(({ line, page }) => numbersIn(line.text).map((number) => number - page));
  const most = Math.max(0, ...columns.map((numbers) => numbers.length));
  return Array.from({ length: most }, (_, at) => commonest(columns.map((numbers) => numbers[at]))).some(
    (times) => times >= group.length * steadyShare,
  );
}

function commonest(values: readonly (number | undefined)[]): number {
  const times = new Map<number, number>();
  for (const value of values) if (value !== undefined) times.set(value, (times.get(value) ?? 0) + 1);
  return Math.max(0, ...times.values());
}

/** Roman ones too, as prefaces are numbered. */
function numbersIn(text: string): number[] {
  return [...text.toLowerCase().matchAll(/\d{1,9}|\b[ivxl]+\b/g)].map(([found]) =>
    /\d/.test(found) ? Number(found) : romanNumber(found),
  );
}

function romanNumber(text: string): number {
  const values: Record<string, number> = { i: 1, v: 5, x: 10, l: 50 };
  return [...text].reduce((sum, letter, at) => {
    const value = values[letter]!;
    return value < (values[text[at + 1] ?? ''] ?? 0) ? sum - value : sum + value;
  }, 0);
}

function edgesOf(lines: Line[], zone: { above: number; below: number }): Line[] {
  const byHeight = [...lines].sort((a, b) => b.y - a.y);
  const outer = new Set([...byHeight.slice(0, edgeLines), ...byHeight.slice(-edgeLines)]);
  return [...outer].filter(({ y }) => y > zone.above || y < zone.below);
}

function groupsOf(edges: readonly Edge[], keyOf: (edge: Edge) => string): Edge[][] {
  const groups = new Map<string, Edge[]>();
  for (const edge of edges) {
    const key = keyOf(edge);
    const group = groups.get(key);
    if (group) group.push(edge);
    else groups.set(key, [edge]);
  }
  return [...groups.values()];
}

function pagesIn(group: readonly Edge[]): number {
  return new Set(group.map(({ page }) => page)).size;
}

function placeOf(line: Line): number {
  return Math.round(line.y / 6);
}

function withoutNumbers(text: string): string {
  return text.toLowerCase().replace(/\d+|\b[ivxl]+\b/g, '#');
}
