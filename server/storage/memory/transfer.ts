import type { ClientId } from '../../../shared/ids.ts';
import type { TransferReader, TransferRepository, TransferRequest, TransferRow } from '../repositories/transfer.ts';
import { compareKeys, type TransferTable, transferTable } from '../transfer-tables.ts';
import { allTables } from './mem-all-tables.ts';
import type { MemContext } from './mem-context.ts';
import { type AnyTable, positionOf } from './mem-table.ts';
import { copy, idOf } from './mem-values.ts';

const definitions = new Map<string, AnyTable>(allTables.map((table) => [table.name, table]));

export function createTransfer({ read, write }: MemContext): TransferRepository {
  return {
    async snapshot(work) {
      const rows = new Map<string, TransferRow[]>();
      // Stored rows are replaced and never changed: that they are held on to is all that it takes.
      await read((tx) => {
        for (const table of allTables) rows.set(table.name, tx.of(table).all() as TransferRow[]);
      });
      return work(new MemTransferReader(rows));
    },

    put: (name, rows) =>
      write((tx) => {
        const definition = definitionOf(name);
        const view = tx.of(definition);
        for (const row of rows) {
          const before = view.get(definition.key(row));
          if (before === undefined) view.insert(row);
          else view.update(before, row);
        }
      }),

    remove: (name, rows) =>
      write((tx) => {
        const definition = definitionOf(name);
        const view = tx.of(definition);
        view.remove(rows.map((row) => view.get(definition.key(row))).filter((row) => row !== undefined));
      }),

    // What is found is brought up to the chunks by each search.
    index: () => read(() => undefined),
  };
}

function definitionOf(name: string): AnyTable {
  transferTable(name);
  return definitions.get(name)!;
}

/** Puts rows in order when they are first asked for, and a client's only. */
class MemTransferReader implements TransferReader {
  readonly #rows: ReadonlyMap<string, TransferRow[]>;
  /** By table, then by client; under the empty text those of all clients together. */
  readonly #sorted = new Map<string, Map<string, TransferRow[]>>();

  constructor(rows: ReadonlyMap<string, TransferRow[]>) {
    this.#rows = rows;
  }

  async read(name: string, { clientId, after, limit }: TransferRequest): Promise<TransferRow[]> {
    const table = transferTable(name);
    const rows = this.#rowsOf(table, clientId === undefined ? undefined : (idOf(clientId) as ClientId));
    const compare = (a: TransferRow, b: TransferRow) => compareKeys(table, a, b);
    let from = 0;
    if (after !== undefined) {
      from = positionOf(rows, after, compare);
      if (from < rows.length && compare(rows[from]!, after) === 0) from++;
    }
    return rows.slice(from, from + limit).map((row) => asCarried(name, copy(row)));
  }

  #rowsOf(table: TransferTable, clientId: ClientId | undefined): TransferRow[] {
    if (table.isOwned) {
      if (clientId === undefined) throw new Error(`Rows of ${table.name} are read for one client.`);
      return this.#ownedBy(table, clientId);
    }
    const all = this.#all(table);
    if (clientId === undefined) return all;
    if (table.name === 'clients') return all.filter(({ id }) => id === clientId);
    const { userColumn } = table;
    const members = new Set(this.#ownedBy(transferTable('members'), clientId).map(({ userId }) => userId));
    return userColumn === undefined ? [] : all.filter((row) => members.has(row[userColumn]));
  }

  #all(table: TransferTable): TransferRow[] {
    let rows = this.#sorted.get(table.name)?.get('');
    if (rows === undefined) {
      rows = [...this.#rows.get(table.name)!].sort((a, b) => compareKeys(table, a, b));
      this.#sorted.set(table.name, new Map([['', rows]]));
    }
    return rows;
  }

  #ownedBy(table: TransferTable, clientId: ClientId): TransferRow[] {
    let byClient = this.#sorted.get(table.name);
    if (byClient === undefined) {
      byClient = groupBy(this.#rows.get(table.name)!, 'clientId');
      for (const [client, rows] of byClient) byClient.set(client, inOrder(table, rows));
      this.#sorted.set(table.name, byClient);
    }
    return byClient.get(clientId) ?? [];
  }
}

/** Sorted in two steps: a million messages of far fewer conversations are mostly in order within each. */
function inOrder(table: TransferTable, rows: TransferRow[]): TransferRow[] {
  const second = table.key[1];
  if (second === undefined) return rows;
  const groups = groupBy(rows, second);
  const sorted: TransferRow[] = [];
  for (const value of [...groups.keys()].sort()) {
    const group = groups.get(value)!;
    if (group.length > 1) group.sort((a, b) => compareKeys(table, a, b));
    for (const row of group) sorted.push(row);
  }
  return sorted;
}

function groupBy(rows: readonly TransferRow[], property: string): Map<string, TransferRow[]> {
  const groups = new Map<string, TransferRow[]>();
  for (const row of rows) {
    const value = row[property] as string;
    const group = groups.get(value);
    if (group === undefined) groups.set(value, [row]);
    else group.push(row);
  }
  return groups;
}

/** Each storage keeps the words of a conversation in an order of its own. */
function asCarried(name: string, row: TransferRow): TransferRow {
  if (name !== 'conversation_search') return row;
  return { ...row, terms: (row.terms as string).split(' ').sort().join(' ') };
}
