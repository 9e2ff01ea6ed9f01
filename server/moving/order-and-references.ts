import type { TransferRow } from '../storage/repositories/transfer.ts';
import { compareKeys, type TransferTable, transferTable, transferTables } from '../storage/transfer-tables.ts';
import { fileColumn, ownedTables, sessionsName, sharedTables } from './export-format.ts';
import { KeySet } from './key-set.ts';

const sharedOrder = [sessionsName, ...sharedTables.map(({ name }) => name), 'clients'];
const ownedOrder = ['clients', ...ownedTables.map(({ name }) => name)];

/**
 * Whether rows come in the order in which they are carried, and refer to rows that came before: those that belong to no
 * client, then client by client. Memory grows with the rows that are referred to, at some 20 bytes each.
 */
export class OrderAndReferences {
  readonly #parents = new Map<string, KeySet>();
  #clientId: string | undefined;
  #lastTable = '';
  readonly #lastRow = new Map<string, TransferRow>();
  #bytesWait = false;

  constructor() {
    for (const { references } of transferTables) for (const { to } of references) this.#parents.set(to, new KeySet());
  }

  /** What is wrong with a line that is no row; undefined: nothing. */
  faultOfBytes(kind: string): string | undefined {
    if (this.#bytesWait && kind !== 'bytes') return 'no row follows the bytes of a file';
    this.#bytesWait = kind === 'bytes';
    return undefined;
  }

  /** What is wrong with the next row; undefined: nothing. */
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
      if (!this.#parents.get(to)!.has(keyOf(row, columns))) return `it refers to a row of ${to} that is not there`;
    }
    return undefined;
  }
}

function keyOf(row: TransferRow, columns: readonly string[]): string {
  return columns.map((column) => row[column]).join('/');
}
