import type { ClientId } from '../../shared/ids.ts';
import type { TransferRow } from '../storage/repositories/transfer.ts';
import { compareKeys, type TransferTable, transferTable, transferTables } from '../storage/transfer-tables.ts';
import {
  ExportFileError,
  type ExportHeader,
  fileColumn,
  ownedTables,
  sessionsName,
  sharedTables,
} from './export-format.ts';
import { KeySet } from './key-set.ts';
import { readExport } from './read-export.ts';

/** What is in a file that may be imported. */
export interface CheckedExport {
  header: ExportHeader;
  /** Rows by table. */
  counts: Record<string, number>;
  clients: { id: ClientId; name: string }[];
  /** Of everything before the last line. */
  sha256: string;
}

/**
 * Reads a file whole: checksum, counts, version, that each row fits its table, that the rows are in their order and none
 * comes twice, and that everything a row refers to is there.
 * @throws ExportFileError
 */
export async function checkExport(path: string): Promise<CheckedExport> {
  const checks = new OrderAndReferences();
  const clients: CheckedExport['clients'] = [];
  let header: ExportHeader | undefined;
  let end: { counts: Record<string, number>; sha256: string } | undefined;
  for await (const entry of readExport(path)) {
    if (entry.kind === 'header') header = entry.header;
    else if (entry.kind === 'end') end = entry;
    const fault = entry.kind === 'row' ? checks.faultOf(entry.table, entry.row) : checks.faultOfBytes(entry.kind);
    if (fault !== undefined) throw new ExportFileError(path, entry.line, fault);
    if (entry.kind === 'row' && entry.table === 'clients') {
      clients.push({ id: entry.row.id as ClientId, name: entry.row.name as string });
    }
  }
  const scope = header!.scope;
  if (scope !== 'all' && (clients.length !== 1 || clients[0]!.id !== scope.client)) {
    throw new ExportFileError(path, 1, 'it says that it holds one client, and holds others');
  }
  return { header: header!, clients, counts: end!.counts, sha256: end!.sha256 };
}

const sharedOrder = [sessionsName, ...sharedTables.map(({ name }) => name), 'clients'];
const ownedOrder = ['clients', ...ownedTables.map(({ name }) => name)];

class OrderAndReferences {
  readonly #parents = new Map<string, KeySet>();
  #clientId: string | undefined;
  #lastTable = '';
  readonly #lastRow = new Map<string, TransferRow>();
  #bytesWait = false;

  constructor() {
    for (const { references } of transferTables) for (const { to } of references) this.#parents.set(to, new KeySet());
  }

  faultOfBytes(kind: string): string | undefined {
    if (this.#bytesWait && kind !== 'bytes') return 'no row follows the bytes of a file';
    this.#bytesWait = kind === 'bytes';
    return undefined;
  }

  faultOf(name: string, row: TransferRow): string | undefined {
    const hadBytes = this.#bytesWait;
    this.#bytesWait = false;
    if (hadBytes && row[fileColumn] !== '') return 'the bytes of a file stand before a row that names another file';
    const order = this.#clientId === undefined ? sharedOrder : ownedOrder;
    const [place, last] = [order.indexOf(name), order.indexOf(this.#lastTable)];
    if (place < last && name !== 'clients') return `rows of ${name} do not belong behind rows of ${this.#lastTable}`;
    if (place < 0) return `rows of ${name} do not belong here`;
    this.#lastTable = name;
    if (name === sessionsName) return undefined;
    const table = transferTable(name);
    if (name === 'clients') this.#beginClient(row.id as string);
    else if (table.isOwned && row.clientId !== this.#clientId)
      return 'the row belongs to another client than those before';
    const before = this.#lastRow.get(name);
    if (before !== undefined && compareKeys(table, before, row) >= 0) {
      return 'the row is not behind the one before it, or is there twice';
    }
    this.#lastRow.set(name, row);
    this.#parents.get(name)?.add(keyOf(row, table.key));
    return this.#missingParent(table, row);
  }

  #beginClient(id: string): void {
    this.#clientId = id;
    for (const { name } of ownedTables) {
      this.#parents.get(name)?.clear();
      this.#lastRow.delete(name);
    }
  }

  #missingParent({ references }: TransferTable, row: TransferRow): string | undefined {
    for (const { columns, to } of references) {
      // A foreign key of which a column is null refers to nothing.
      if (columns.some((column) => row[column] === null)) continue;
      if (!this.#parents.get(to)!.has(keyOf(row, columns)))
        return `it refers to a row of ${to} that is not in the file`;
    }
    return undefined;
  }
}

function keyOf(row: TransferRow, columns: readonly string[]): string {
  return columns.map((column) => row[column]).join('/');
}
