import { readMigrations } from '../storage/database/migrate.ts';
import { type TransferTable, transferTables } from '../storage/transfer-tables.ts';

/** Raised when an older version could not read what this one writes. */
export const exportFormat = 1;

/** The first line of a file. Nothing in it tells one run from another. */
export interface ExportHeader {
  confab: 'export';
  format: number;
  /** The newest migration of the version that wrote it. */
  schema: string;
  /** The whole installation, or the client with this id. */
  scope: 'all' | { client: string };
  /** Whether the bytes of files are in it, or are carried by other means. */
  files: 'include' | 'skip';
}

/** The last line. */
export interface ExportTrailer {
  end: true;
  /** Rows by table, of those that have any. */
  counts: Record<string, number>;
  /** Of every byte before this line, not compressed; hexadecimal. */
  sha256: string;
}

/** The name under which sign-in sessions are in the file: that of their table. */
export const sessionsName = 'session';

/** As many bytes of a file as one line holds. */
export const fileChunkBytes = 192 * 1024;

/** Rows that belong to no client. They come before the first client. */
export const sharedTables: readonly TransferTable[] = transferTables.filter(
  ({ isOwned, name }) => !isOwned && name !== 'clients',
);

/** Rows that belong to one client. They follow their client. */
export const ownedTables: readonly TransferTable[] = transferTables.filter(({ isOwned }) => isOwned);

/** The property of a row that names a file in the file store. Empty: the bytes stand before the row. */
export const fileColumn = 'storageKey';

/** The newest migration of this version. */
export function schemaTag(): string {
  return readMigrations().at(-1)?.tag ?? '';
}

/** Whether this version of Confab knows the schema. */
export function knowsSchema(tag: string): boolean {
  return readMigrations().some((migration) => migration.tag === tag);
}

/** The file is there but cannot be imported. The message is one sentence for the operator. */
export class ExportFileError extends Error {
  override readonly name = 'ExportFileError';
  /** Counted from 1; undefined when no single line is to blame. */
  readonly line: number | undefined;

  constructor(path: string, line: number | undefined, reason: string) {
    super(`${path} cannot be imported${line === undefined ? '' : `, because of line ${line}`}: ${reason}.`);
    this.line = line;
  }
}
