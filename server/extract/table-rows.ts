import type { TextBuilder } from './text-builder.ts';

/** Enough rows to see a table's shape by. */
const sampleRows = 200;
const headerRowsMax = 4;

/**
 * Writes a table: lines above it as they are, then each row as a block of `Header: value` lines, so that a passage cut
 * from the middle of a thousand rows still says what its numbers mean. A table without a header gives its cells, with
 * tabs between them.
 */
export function writeRows(builder: TextBuilder, rows: string[][]): void {
  const filled = rows.map((row) => row.map(tidy)).filter((row) => row.some((cell) => cell !== ''));
  const { preamble, header, data } = findHeader(filled);
  if (preamble.length > 0) builder.block(preamble.map(joined).join('\n'));
  for (const row of data) builder.block(header ? labelled(header, row) : joined(row));
}

function tidy(cell: string | undefined): string {
  return (cell ?? '').trim().replace(/[ \t]*\r?\n\s*/g, '\n');
}

function joined(row: string[]): string {
  return row.filter((cell) => cell !== '').join('\t');
}

function labelled(header: string[], row: string[]): string {
  const lines: string[] = [];
  for (let column = 0; column < row.length; column += 1) {
    const value = row[column]!;
    if (value === '') continue;
    const label = header[column];
    lines.push(label ? `${label}: ${value}` : value);
  }
  const only = lines.length === 1 ? row.find((cell) => cell !== '')! : undefined;
  // One cell of words alone in a wide table is a title between the rows.
  if (only !== undefined && header.filter(Boolean).length > 2 && !isNumber(only)) return only;
  return lines.join('\n');
}

function findHeader(rows: string[][]): { preamble: string[][]; header: string[] | null; data: string[][] } {
  const width = usualWidth(rows);
  const fillOf = (row: string[]) => row.filter((cell) => cell !== '').length;
  const enough = Math.max(width > 1 ? 2 : 1, Math.ceil(width / 2));
  const start = rows.findIndex((row) => fillOf(row) >= enough);
  if (start < 0) return { preamble: rows, header: null, data: [] };
  const preamble = rows.slice(0, start);
  const table = rows.slice(start);
  const first = table[0]!;
  if (table.length < 2 || !looksLikeHeader(first, table)) return { preamble, header: null, data: table };
  const height = headerHeight(table);
  const header = mergeHeader(table.slice(0, height));
  return { preamble, header, data: table.slice(height) };
}

/** How many cells the fuller half of the rows has filled. */
function usualWidth(rows: string[][]): number {
  const fills = rows.slice(0, sampleRows).map((row) => row.filter((cell) => cell !== '').length);
  fills.sort((a, b) => a - b);
  return fills[Math.floor(fills.length * 0.6)] ?? 0;
}

function looksLikeHeader(row: string[], table: string[][]): boolean {
  const cells = row.filter((cell) => cell !== '');
  if (cells.every(isYear) && cells.length > 1) return !table[1]!.filter((cell) => cell !== '').every(isYear);
  if (cells.some((cell) => cell.length > 200)) return false;
  const values = cells.filter((cell) => isNumber(cell) && !isYear(cell));
  if (values.length > 0 || cells.every(isYear)) return false;
  // A label that comes again below is a value: a list of yes and no has no header.
  const repeated = row.filter(
    (cell, column) => cell !== '' && table.slice(1, 50).some((other) => other[column] === cell),
  );
  return repeated.length * 2 <= cells.length;
}

/**
 * Rows that belong to the header: those of labels alone above columns of numbers, as reports have them.
 */
function headerHeight(table: string[][]): number {
  const numeric = numericColumns(table);
  if (numeric.size === 0) return 1;
  let height = 1;
  while (height < headerRowsMax && height < table.length - 1) {
    const row = table[height]!;
    const above = table.slice(0, height);
    const isLabels = row.every((cell) => cell === '' || !isNumber(cell) || isYear(cell));
    const overNumbers = row.filter((cell, column) => cell !== '' && numeric.has(column)).length;
    const fillsGaps = row.every((cell, column) => cell === '' || above.every((other) => (other[column] ?? '') === ''));
    if (!isLabels || !(overNumbers * 2 >= numeric.size || fillsGaps)) break;
    height += 1;
  }
  return height;
}

function numericColumns(table: string[][]): Set<number> {
  const below = table.slice(Math.min(headerRowsMax, table.length - 1), sampleRows);
  const counts = new Map<number, { numbers: number; filled: number }>();
  for (const row of below) {
    row.forEach((cell, column) => {
      if (cell === '') return;
      const count = counts.get(column) ?? { numbers: 0, filled: 0 };
      count.filled += 1;
      if (isNumber(cell)) count.numbers += 1;
      counts.set(column, count);
    });
  }
  return new Set([...counts].filter(([, { numbers, filled }]) => numbers / filled > 0.6).map(([column]) => column));
}

function mergeHeader(rows: string[][]): string[] {
  const width = Math.max(...rows.map((row) => row.length));
  return Array.from({ length: width }, (_, column) => {
    const labels = rows.map((row) => (row[column] ?? '').replace(/\s+/g, ' ').replace(/\s*:$/, '')).filter(Boolean);
    return [...new Set(labels)].join(' ');
  });
}

function isNumber(cell: string): boolean {
  return /^[-+(]?[\p{Sc}\s]*\d[\d.,'\s]*\s*[%\p{Sc})]?$/u.test(cell) || /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}/.test(cell);
}

function isYear(cell: string): boolean {
  return /^(1[89]|20)\d\d$/.test(cell);
}
