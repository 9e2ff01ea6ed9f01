import type { ClientId } from '../../shared/ids.ts';
import type { TransferRow } from '../storage/repositories/transfer.ts';
import type { StorageScope } from '../storage/storage.ts';
import { transferTable, transferTables } from '../storage/transfer-tables.ts';
import { fileColumn, sharedTables } from './export-format.ts';

const pageRows = 500;

/** Every row of a table, of a client where rows belong to one. For tables that fit into memory. */
export async function readAll(scope: StorageScope, table: string, clientId?: ClientId): Promise<TransferRow[]> {
  return scope.transfer.snapshot(async (reader) => {
    const rows: TransferRow[] = [];
    for (;;) {
      const page = await reader.read(table, { clientId, after: rows.at(-1), limit: pageRows });
      rows.push(...page);
      if (page.length < pageRows) return rows;
    }
  });
}

/** Removes every client and every user, with all they have. */
export async function clearHouse(scope: StorageScope): Promise<void> {
  for (const { name } of [transferTable('clients'), ...sharedTables.toReversed()]) {
    for (;;) {
      const rows = await scope.transfer.snapshot((reader) => reader.read(name, { limit: pageRows }));
      if (rows.length === 0) break;
      await scope.transfer.remove(name, rows);
    }
  }
}

/** Where the file store has the files of a client, or of all. */
export async function filesOf(scope: StorageScope, clientId?: ClientId): Promise<string[]> {
  const clientIds =
    clientId === undefined ? (await readAll(scope, 'clients')).map(({ id }) => id as ClientId) : [clientId];
  const keys: string[] = [];
  for (const { name } of transferTables.filter(({ columns }) => fileColumn in columns)) {
    for (const id of clientIds) {
      for (const row of await readAll(scope, name, id)) if (row[fileColumn]) keys.push(row[fileColumn] as string);
    }
  }
  return keys;
}
