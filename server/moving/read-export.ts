import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createGunzip } from 'node:zlib';
import { session } from '../../shared/schema.ts';
import type { TransferRow } from '../storage/repositories/transfer.ts';
import { createRowFormat, type RowFormat } from '../storage/row-format.ts';
import { transferTables } from '../storage/transfer-tables.ts';
import {
  ExportFileError,
  type ExportHeader,
  type ExportTrailer,
  exportFormat,
  knowsSchema,
  sessionsName,
} from './export-format.ts';

/** One line of a file, understood. */
export type ExportEntry =
  | { kind: 'header'; line: number; header: ExportHeader }
  /** A part of the file of the row that comes next. */
  | { kind: 'bytes'; line: number; bytes: Buffer }
  | { kind: 'row'; line: number; table: string; row: TransferRow }
  | { kind: 'end'; line: number; counts: Record<string, number>; sha256: string };

const formats = new Map<string, RowFormat>([
  ...transferTables.map(({ name, table }): [string, RowFormat] => [name, createRowFormat(table)]),
  [sessionsName, createRowFormat(session)],
]);

/**
 * The lines of a file one after the other, a header first and an end last. Each row fits its table; that none is missing
 * and none was changed is known at the end and not before.
 * @throws ExportFileError when the file cannot be read, is not whole, or is of a version this one does not understand
 */
export async function* readExport(path: string): AsyncGenerator<ExportEntry> {
  const reader = new ExportReader(path);
  const file = createReadStream(path);
  const unpacked = createGunzip();
  file.on('error', (error) => unpacked.destroy(error));
  try {
    for await (const part of file.pipe(unpacked)) yield* reader.take(part as Buffer);
    reader.end();
  } catch (error) {
    if (error instanceof ExportFileError) throw error;
    throw new ExportFileError(path, undefined, reasonOf(error as NodeJS.ErrnoException));
  } finally {
    file.destroy();
  }
}

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a folder';
  if (code === 'EACCES') return 'this account may not read it';
  return code?.startsWith('Z_') ? `it is damaged or cut off (${message})` : message;
}

class ExportReader {
  readonly #path: string;
  readonly #hash = createHash('sha256');
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #counts: Record<string, number> = {};
  #partial: Buffer[] = [];
  #line = 0;
  #ended = false;

  constructor(path: string) {
    this.#path = path;
  }

  *take(part: Buffer): Generator<ExportEntry> {
    let start = 0;
    for (let end = part.indexOf(10); end >= 0; end = part.indexOf(10, start)) {
      this.#partial.push(part.subarray(start, end + 1));
      const bytes = this.#partial.length === 1 ? this.#partial[0]! : Buffer.concat(this.#partial);
      this.#partial = [];
      this.#line++;
      yield this.#read(bytes);
      start = end + 1;
    }
    if (start < part.length) this.#partial.push(part.subarray(start));
  }

  end(): void {
    this.#line++;
    if (this.#partial.length > 0 || !this.#ended) throw this.#fault('the file has been cut off here');
  }

  #read(bytes: Buffer): ExportEntry {
    if (this.#ended) throw this.#fault('there is more after the end');
    let entry: ExportEntry;
    try {
      entry = this.#understand(JSON.parse(this.#decoder.decode(bytes)));
    } catch (error) {
      throw this.#fault(error instanceof SyntaxError ? 'it is not JSON' : (error as Error).message);
    }
    if (entry.kind !== 'end') this.#hash.update(bytes);
    return entry;
  }

  #understand(value: unknown): ExportEntry {
    if (typeof value !== 'object' || value === null) throw new Error('it is no row');
    const line = this.#line;
    if (line === 1) return { kind: 'header', line, header: checkHeader(value) };
    if ('end' in value) return this.#checkEnd(value as ExportTrailer);
    if ('bytes' in value) return { kind: 'bytes', line, bytes: Buffer.from(String(value.bytes), 'base64') };
    const { table, row } = value as { table?: unknown; row?: unknown };
    const format = typeof table === 'string' ? formats.get(table) : undefined;
    if (format === undefined) throw new Error(`there is no table ${JSON.stringify(table)}`);
    this.#counts[table as string] = (this.#counts[table as string] ?? 0) + 1;
    return { kind: 'row', line, table: table as string, row: format.read(row) as TransferRow };
  }

  #checkEnd({ counts, sha256 }: ExportTrailer): ExportEntry {
    for (const table of new Set([...Object.keys(counts), ...Object.keys(this.#counts)])) {
      const [written, found] = [counts[table] ?? 0, this.#counts[table] ?? 0];
      if (written !== found) throw new Error(`${found} rows of ${table} came before it where ${written} were written`);
    }
    const found = this.#hash.copy().digest('hex');
    if (found !== sha256) throw new Error('the checksum of what came before it is another: the file has been changed');
    this.#ended = true;
    return { kind: 'end', line: this.#line, counts, sha256 };
  }

  #fault(reason: string): ExportFileError {
    return new ExportFileError(this.#path, this.#line, reason);
  }
}

function checkHeader(value: object): ExportHeader {
  const header = value as ExportHeader;
  if (header.confab !== 'export') throw new Error('this is not a file that db:export has written');
  if (header.format !== exportFormat) {
    throw new Error(`it has format ${header.format}, and this version of Confab reads format ${exportFormat}`);
  }
  if (!knowsSchema(header.schema)) {
    throw new Error(`it was written by a newer version of Confab, with the tables of ${header.schema}`);
  }
  return header;
}
