import { parse } from 'csv-parse/sync';
import { nameWithoutEnding, newBuilder, type ReadDocument, type Reading, wholePart } from './reading.ts';
import { writeRows } from './table-rows.ts';

const delimiters = ['\t', ';', ',', '|'] as const;
const sampleChars = 64 * 1024;

/** Comma, semicolon, tab or bar separated values; the delimiter is found by which of them gives even rows. */
export function readCsv(text: string, reading: Reading): ReadDocument {
  const stated = /^sep=(.)\r?\n/i.exec(text);
  const body = stated ? text.slice(stated[0].length) : text;
  const delimiter = stated?.[1] ?? findDelimiter(body)?.delimiter ?? ',';
  const builder = newBuilder(reading);
  writeRows(builder, records(body, delimiter));
  return { title: null, language: null, parts: [wholePart(nameWithoutEnding(reading.name), builder)] };
}

/** Whether a text without a telling name is a table: many even rows of short cells. */
export function looksLikeCsv(text: string): boolean {
  const found = findDelimiter(text);
  if (!found) return false;
  const { rows, evenShare, width, averageCell } = found;
  const least = found.delimiter === ',' ? 3 : 2;
  return rows >= 3 && width >= least && evenShare > 0.9 && averageCell < 60;
}

interface Found {
  delimiter: string;
  rows: number;
  evenShare: number;
  width: number;
  averageCell: number;
}

function findDelimiter(text: string): Found | undefined {
  const cut = text.length > sampleChars ? text.slice(0, text.lastIndexOf('\n', sampleChars) + 1 || sampleChars) : text;
  const found = delimiters.map((delimiter) => measure(cut, delimiter)).filter(({ width }) => width > 1);
  const score = ({ evenShare, width }: Found) => evenShare + Math.min(width, 12) * 0.03;
  return found.sort((a, b) => score(b) - score(a))[0];
}

function measure(text: string, delimiter: string): Found {
  const rows = records(text, delimiter).filter((row) => row.some((cell) => cell !== ''));
  const widths = new Map<number, number>();
  for (const row of rows) widths.set(row.length, (widths.get(row.length) ?? 0) + 1);
  const [width, count] = [...widths].filter(([size]) => size > 1).sort((a, b) => b[1] - a[1])[0] ?? [1, 0];
  const cells = rows.flat();
  const chars = cells.reduce((sum, cell) => sum + cell.length, 0);
  return {
    delimiter,
    rows: rows.length,
    evenShare: count / Math.max(1, rows.length),
    width,
    averageCell: chars / Math.max(1, cells.length),
  };
}

/** Every row, whatever its width; a quote that never closes makes all quotes ordinary characters. */
function records(text: string, delimiter: string): string[][] {
  const options = {
    delimiter,
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    ltrim: delimiter !== '\t',
    skip_empty_lines: true,
  };
  try {
    return parse(text, options);
  } catch {
    return parse(text, { ...options, quote: null });
  }
}
