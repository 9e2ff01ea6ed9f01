import { ExtractionError, limitReasons } from './extracted.ts';
import { officeProperties, relationsOf } from './office.ts';
import { newBuilder, type ReadDocument, type Reading } from './reading.ts';
import { writeRows } from './table-rows.ts';
import { columnOf, meaningOf, type NumberMeaning, showNumber } from './xlsx-cells.ts';
import { readXml } from './xml.ts';
import type { GuardedZip } from './zip.ts';

interface Workbook {
  sheets: { name: string; relation: string; hidden: boolean }[];
  is1904: boolean;
}

const columnsMax = 16_384;

/** Excel's workbooks: a part for each sheet that is not hidden. Formulas give the value that was last shown. */
export async function readXlsx(zip: GuardedZip, workbookPath: string, reading: Reading): Promise<ReadDocument> {
  const workbook = readWorkbook((await zip.read(workbookPath))!);
  const relations = await relationsOf(zip, workbookPath);
  const pathOf = (kind: string) => [...relations.values()].find(({ type }) => type.endsWith(kind))?.path ?? '';
  const strings = readStrings(await zip.read(pathOf('/sharedStrings')));
  const meanings = readMeanings(await zip.read(pathOf('/styles')));
  const visible = workbook.sheets.filter(({ hidden }) => !hidden);
  const left = workbook.sheets.length - visible.length;
  if (left > 0)
    reading.warnings.push(left === 1 ? 'A hidden sheet was left out.' : `${left} hidden sheets were left out.`);
  if (visible.length > reading.limits.pagesMax) throw new ExtractionError(limitReasons.pages(reading.limits));
  const parts: ReadDocument['parts'] = [];
  for (const [index, sheet] of visible.entries()) {
    const path = relations.get(sheet.relation)?.path ?? `xl/worksheets/sheet${index + 1}.xml`;
    const bytes = await zip.read(path);
    const builder = newBuilder(reading);
    if (bytes) writeRows(builder, readRows(bytes, { strings, meanings, is1904: workbook.is1904, reading }));
    parts.push({ title: sheet.name, page: null, url: null, text: builder.text, headings: [] });
    reading.progress(index + 1, visible.length);
  }
  return { ...(await officeProperties(zip)), parts };
}

function readWorkbook(bytes: Buffer): Workbook {
  const workbook: Workbook = { sheets: [], is1904: false };
  readXml(bytes, {
    open(name, attributes) {
      if (name === 'workbookPr') workbook.is1904 = /^(1|true)$/.test(attributes.date1904 ?? '');
      if (name !== 'sheet') return;
      const hidden = attributes.state === 'hidden' || attributes.state === 'veryHidden';
      workbook.sheets.push({ name: attributes.name ?? '', relation: attributes.id ?? '', hidden });
    },
  });
  return workbook;
}

/** The texts that cells refer to by number; pronunciations (`rPh`) are not part of them. */
function readStrings(bytes: Buffer | undefined): string[] {
  const strings: string[] = [];
  if (!bytes) return strings;
  let text = '';
  let collecting = false;
  let phonetic = false;
  readXml(bytes, {
    open(name) {
      if (name === 'si') text = '';
      if (name === 'rPh') phonetic = true;
      if (name === 't') collecting = !phonetic;
    },
    text(piece) {
      if (collecting) text += piece;
    },
    close(name) {
      if (name === 't') collecting = false;
      if (name === 'rPh') phonetic = false;
      if (name === 'si') strings.push(unescaped(text));
    },
  });
  return strings;
}

/** What the number format of each cell style means. */
function readMeanings(bytes: Buffer | undefined): NumberMeaning[] {
  const codes = new Map<number, string>();
  const meanings: NumberMeaning[] = [];
  if (!bytes) return meanings;
  let inCells = false;
  readXml(bytes, {
    open(name, attributes) {
      if (name === 'numFmt') codes.set(Number(attributes.numFmtId), attributes.formatCode ?? '');
      if (name === 'cellXfs') inCells = true;
      if (name !== 'xf' || !inCells) return;
      const id = Number(attributes.numFmtId ?? 0);
      meanings.push(meaningOf(id, codes.get(id)));
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return meanings;
}

interface SheetContext {
  strings: string[];
  meanings: NumberMeaning[];
  is1904: boolean;
  reading: Reading;
}

function readRows(bytes: Buffer, context: SheetContext): string[][] {
  const { strings, meanings, is1904, reading } = context;
  const rows: string[][] = [];
  let row: string[] = [];
  let column = -1;
  let type = 'n';
  let style = 0;
  let value = '';
  let collecting = false;
  let chars = 0;
  readXml(bytes, {
    open(name, attributes) {
      if (name === 'row') {
        row = [];
        column = -1;
      } else if (name === 'c') {
        const stated = attributes.r ? columnOf(attributes.r) : -1;
        column = stated >= 0 ? stated : column + 1;
        type = attributes.t ?? 'n';
        style = Number(attributes.s ?? 0);
        value = '';
      } else if (name === 'v' || name === 't') collecting = true;
      else if (name === 'rPh' || name === 'f') collecting = false;
    },
    text(piece) {
      if (collecting) value += piece;
    },
    close(name) {
      if (name === 'v' || name === 't') collecting = false;
      if (name === 'c' && value !== '' && column < columnsMax) {
        const shown = show();
        chars += shown.length;
        if (chars > reading.limits.textCharsMax) throw new ExtractionError(limitReasons.text(reading.limits));
        while (row.length < column) row.push('');
        row[column] = shown;
      }
      if (name === 'row') rows.push(row);
    },
  });
  return rows;

  function show(): string {
    if (type === 's') return strings[Number(value)] ?? '';
    if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
    if (type === 'e') return '';
    if (type === 'd') return value.replace(/T00:00:00(\.0+)?Z?$/, '').replace('T', ' ');
    if (type === 'n') return showNumber(value, meanings[style] ?? 'number', is1904);
    return unescaped(value);
  }
}

/** Characters that XML cannot hold are written as `_x000D_`. */
function unescaped(text: string): string {
  return text.replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}
