import { ExtractionError } from './extracted.ts';
import { nameWithoutEnding, newBuilder, type ReadDocument, type Reading, wholePart } from './reading.ts';
import { writeRows } from './table-rows.ts';
import type { TextBuilder } from './text-builder.ts';

type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

const depthMax = 200;

/** The value of JSON or of JSON Lines; undefined when the text is neither. */
export function parseJson(text: string): { value: Json } | undefined {
  const start = text.trimStart()[0];
  if (start === undefined || !'{["'.includes(start)) return undefined;
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
    if (lines.length < 2) return undefined;
    try {
      return { value: lines.map((line) => JSON.parse(line) as Json) };
    } catch {
      return undefined;
    }
  }
}

/** A list of records gives a block each, as a table's rows do; everything else `path: value` lines. */
export function readJson(value: Json, reading: Reading): ReadDocument {
  const builder = newBuilder(reading);
  const records = Array.isArray(value) ? value : [value];
  const flat = records.length > 1 && records.every(isFlat);
  if (flat) {
    const keys = [...new Set(records.flatMap((record) => Object.keys(record as object)))];
    const rows = records.map((record) => keys.map((key) => scalar((record as Record<string, Json>)[key] ?? null)));
    writeLabelled(builder, keys, rows);
  } else {
    for (const record of records) writeValue(builder, record);
  }
  return { title: null, language: null, parts: [wholePart(nameWithoutEnding(reading.name), builder)] };
}

function isFlat(value: Json): boolean {
  return isObject(value) && Object.values(value).every((inner) => inner === null || typeof inner !== 'object');
}

function isObject(value: Json): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function writeLabelled(builder: TextBuilder, keys: string[], rows: string[][]): void {
  if (keys.length === 1) writeRows(builder, rows);
  else
    for (const row of rows) builder.block(row.flatMap((cell, at) => (cell ? [`${keys[at]}: ${cell}`] : [])).join('\n'));
}

/** One block for a small value; a large object is taken apart, a block for each of its members. */
function writeValue(builder: TextBuilder, value: Json, path = '', depth = 0): void {
  if (depth > depthMax) throw new ExtractionError('The JSON is nested too deeply to be read. Upload a flatter file.');
  const lines = valueLines(value, path);
  const isSmall = lines.length <= 40;
  if (isSmall || typeof value !== 'object' || value === null) {
    builder.block(lines.join('\n'));
    return;
  }
  for (const [inner, member] of members(value, path)) writeValue(builder, member, inner, depth + 1);
}

function valueLines(value: Json, root: string): string[] {
  const lines: string[] = [];
  const waiting: [string, Json, number][] = [[root, value, 0]];
  while (waiting.length > 0) {
    const [path, current, depth] = waiting.pop()!;
    if (depth > depthMax) throw new ExtractionError('The JSON is nested too deeply to be read. Upload a flatter file.');
    if (typeof current === 'object' && current !== null) {
      for (const [inner, member] of members(current, path).reverse()) waiting.push([inner, member, depth + 1]);
    } else {
      const text = scalar(current);
      if (text !== '') lines.push(path === '' ? text : `${path}: ${text}`);
    }
  }
  return lines;
}

function members(value: Json[] | { [key: string]: Json }, path: string): [string, Json][] {
  if (!Array.isArray(value)) {
    return Object.entries(value).map(([key, member]) => [path === '' ? key : `${path}.${key}`, member]);
  }
  // A list of plain words needs no numbers.
  const plain = value.every((member) => typeof member !== 'object' || member === null);
  if (plain) return value.length > 0 ? [[path, value.map(scalar).filter(Boolean).join(', ')]] : [];
  return value.map((member, index) => [`${path}[${index + 1}]`, member]);
}

function scalar(value: Json): string {
  if (value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
