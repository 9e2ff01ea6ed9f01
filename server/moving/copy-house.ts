import type { ClientId } from '../../shared/ids.ts';
import type { SessionStore } from '../http/session-store/session-store.ts';
import type { TransferReader } from '../storage/repositories/transfer.ts';
import type { IStorage, StorageScope } from '../storage/storage.ts';
import { ownedTables, sharedTables } from './export-format.ts';
import { type Progress, unheard } from './progress.ts';
import { rowsOf } from './rows-of.ts';

/** Rows and sign-in sessions; files stay in the file store that both use. */
export interface CopiedHouse {
  storage: IStorage;
  sessionStore: SessionStore;
}

const batchRows = 500;

/**
 * Copies everything as of one moment into a storage that is empty, in one transaction; memory does not grow with the rows,
 * but for a storage in memory. Answers how many rows there were.
 * @throws what either storage says; then nothing is there but sign-in sessions
 */
export async function copyHouse(from: CopiedHouse, to: CopiedHouse, progress: Progress = unheard): Promise<number> {
  progress.step('copying');
  let rows = 0;
  await from.storage.transfer.snapshot((reader) =>
    to.storage.transaction(async (scope) => {
      rows = await copyRows(reader, scope, progress);
    }),
  );
  for (let after: string | undefined; ; ) {
    const entries = await from.sessionStore.list(after, batchRows);
    if (entries.length === 0) return rows;
    await to.sessionStore.restore(entries);
    after = entries.at(-1)!.sid;
  }
}

async function copyRows(reader: TransferReader, scope: StorageScope, progress: Progress): Promise<number> {
  let count = 0;
  const copy = async (table: string, clientId?: ClientId) => {
    let batch = [];
    for await (const row of rowsOf(reader, table, clientId)) {
      count += 1;
      progress.rows(table, 1);
      if (batch.push(row) < batchRows) continue;
      await scope.transfer.put(table, batch);
      batch = [];
    }
    if (batch.length > 0) await scope.transfer.put(table, batch);
  };
  for (const { name } of sharedTables) await copy(name);
  for await (const client of rowsOf(reader, 'clients')) {
    count += 1;
    await scope.transfer.put('clients', [client]);
    for (const { name } of ownedTables) await copy(name, client.id as ClientId);
    await scope.transfer.index(client.id as ClientId);
  }
  return count;
}
