import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { ClientId } from '../../shared/ids.ts';
import type { FileStore } from '../files/file-store.ts';
import type { SessionStore } from '../http/session-store/session-store.ts';
import type { TransferReader, TransferRow } from '../storage/repositories/transfer.ts';
import type { IStorage } from '../storage/storage.ts';
import { type TransferTable, transferTable } from '../storage/transfer-tables.ts';
import { canonicalJson } from './canonical-json.ts';
import {
  type ExportHeader,
  exportFormat,
  fileChunkBytes,
  fileColumn,
  ownedTables,
  schemaTag,
  sessionsName,
  sharedTables,
} from './export-format.ts';
import { type Progress, unheard } from './progress.ts';

/** What is carried, from where or to where. */
export interface House {
  storage: IStorage;
  sessionStore: SessionStore;
  files: FileStore;
}

export interface ExportOptions {
  /** Where to write. A file that is there is replaced when the new one is whole. */
  path: string;
  /** This client alone, with the accounts of its members; left out: the whole installation with its sign-in sessions. */
  clientId?: ClientId | undefined;
  files: 'include' | 'skip';
  progress?: Progress;
}

export interface ExportSummary {
  /** Rows by table. */
  counts: Record<string, number>;
  /** Rows whose file is not in the file store, as `table/id`. */
  missingFiles: string[];
}

/**
 * Writes everything as of one moment to a file that only its owner can read; the server may go on working. The same
 * rows make the same bytes. Memory does not grow with their number.
 * @throws what storage, file store and file system say; then there is no file, or the earlier one
 */
export async function writeExport(house: House, options: ExportOptions): Promise<ExportSummary> {
  const { path } = options;
  const temporary = `${path}.${process.pid}.part`;
  try {
    const summary = await house.storage.transfer.snapshot(async (reader) => {
      const writer = new ExportWriter(house, reader, options);
      await pipeline(writer.parts(), createGzip(), createWriteStream(temporary, { mode: 0o600 }));
      return writer.summary;
    });
    const handle = await open(temporary, 'r+');
    await handle.sync().finally(() => handle.close());
    await rename(temporary, path);
    return summary;
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** So that a page of long texts does not fill the memory, and one of short ones is worth a statement. */
const pageRowsMax = 1_000;
const pageChars = 1_000_000;

class ExportWriter {
  readonly summary: ExportSummary = { counts: {}, missingFiles: [] };
  readonly #house: House;
  readonly #reader: TransferReader;
  readonly #options: ExportOptions;
  readonly #hash = createHash('sha256');
  readonly #progress: Progress;

  constructor(house: House, reader: TransferReader, options: ExportOptions) {
    this.#house = house;
    this.#reader = reader;
    this.#options = options;
    this.#progress = options.progress ?? unheard;
  }

  async *parts(): AsyncGenerator<Buffer> {
    for await (const text of this.#texts()) {
      const bytes = Buffer.from(text);
      this.#hash.update(bytes);
      yield bytes;
    }
    const { counts } = this.summary;
    yield Buffer.from(`${canonicalJson({ counts, end: true, sha256: this.#hash.digest('hex') })}\n`);
  }

  async *#texts(): AsyncGenerator<string> {
    this.#progress.step('writing');
    const { clientId, files } = this.#options;
    const scope = clientId === undefined ? 'all' : { client: clientId };
    const header: ExportHeader = { confab: 'export', format: exportFormat, schema: schemaTag(), scope, files };
    yield `${canonicalJson(header)}\n`;
    if (clientId === undefined) yield* this.#sessions();
    for (const table of sharedTables) yield* this.#table(table, clientId);
    const members = clientId === undefined ? undefined : await this.#membersOf(clientId);
    for await (const { rows } of this.#pages(transferTable('clients'), clientId)) {
      for (const row of rows) {
        yield this.#line('clients', row);
        for (const table of ownedTables) yield* this.#table(table, row.id as ClientId, members);
      }
    }
  }

  async *#sessions(): AsyncGenerator<string> {
    let after: string | undefined;
    for (;;) {
      const entries = await this.#house.sessionStore.list(after, pageRowsMax);
      if (entries.length === 0) return;
      yield entries.map((entry) => this.#line(sessionsName, { ...entry })).join('');
      after = entries.at(-1)!.sid;
    }
  }

  async *#table(table: TransferTable, clientId: ClientId | undefined, members?: Set<unknown>): AsyncGenerator<string> {
    const hasFiles = this.#options.files === 'include' && fileColumn in table.columns;
    for await (const page of this.#pages(table, clientId)) {
      const lines: string[] = [];
      for (let row of page.rows) {
        if (members) row = withoutStrangers(table, row, members);
        if (hasFiles && row[fileColumn] !== null) {
          yield lines.splice(0).join('');
          row = yield* this.#file(table, row);
        }
        lines.push(this.#line(table.name, row));
      }
      const text = lines.join('');
      page.chars = text.length;
      yield text;
    }
  }

  /** The lines of a row's file. Answers the row as it is to follow them. */
  async *#file(table: TransferTable, row: TransferRow): AsyncGenerator<string, TransferRow> {
    const bytes = await this.#house.files.open(row[fileColumn] as string);
    if (bytes === undefined) {
      this.summary.missingFiles.push(`${table.name}/${row.id}`);
      return row;
    }
    let waiting: Buffer = Buffer.alloc(0);
    for await (const part of bytes) {
      waiting = Buffer.concat([waiting, part as Buffer]);
      for (; waiting.length >= fileChunkBytes; waiting = waiting.subarray(fileChunkBytes)) {
        yield lineOfBytes(waiting.subarray(0, fileChunkBytes));
      }
    }
    if (waiting.length > 0) yield lineOfBytes(waiting);
    return { ...row, [fileColumn]: '' };
  }

  /** The reader of a page says how long it has become. */
  async *#pages(
    table: TransferTable,
    clientId: ClientId | undefined,
  ): AsyncGenerator<{ rows: TransferRow[]; chars: number }> {
    let after: TransferRow | undefined;
    let limit = 100;
    for (;;) {
      const rows = await this.#reader.read(table.name, { clientId, after, limit });
      if (rows.length === 0) return;
      const page = { rows, chars: 0 };
      yield page;
      if (rows.length < limit) return;
      after = rows.at(-1);
      const fitting = Math.floor((limit * pageChars) / (page.chars + 1));
      limit = Math.max(1, Math.min(pageRowsMax, limit * 2, fitting));
    }
  }

  async #membersOf(clientId: ClientId): Promise<Set<unknown>> {
    const members = new Set<unknown>();
    for await (const { rows } of this.#pages(transferTable('members'), clientId)) {
      for (const { userId } of rows) members.add(userId);
    }
    return members;
  }

  #line(table: string, row: TransferRow): string {
    this.summary.counts[table] = (this.summary.counts[table] ?? 0) + 1;
    this.#progress.rows(table, 1);
    return `${canonicalJson({ row, table })}\n`;
  }
}

function lineOfBytes(bytes: Buffer): string {
  return `${canonicalJson({ bytes: bytes.toString('base64') })}\n`;
}

/** Accounts of people who are not members do not travel with a client; rows forget them as if they were gone. */
function withoutStrangers(table: TransferTable, row: TransferRow, members: ReadonlySet<unknown>): TransferRow {
  for (const { to, setsNull } of table.references) {
    if (to !== 'users' || setsNull === undefined || row[setsNull] === null || members.has(row[setsNull])) continue;
    row = { ...row, [setsNull]: null };
  }
  return row;
}
