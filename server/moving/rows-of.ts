import type { ClientId } from '../../shared/ids.ts';
import type { TransferReader, TransferRow } from '../storage/repositories/transfer.ts';

const pageRows = 500;

/** Rows of one table in the order of their keys, read page by page. */
export async function* rowsOf(
  reader: TransferReader,
  table: string,
  clientId?: ClientId,
): AsyncGenerator<TransferRow, void, undefined> {
  let after: TransferRow | undefined;
  for (;;) {
    const rows = await reader.read(table, { clientId, after, limit: pageRows });
    yield* rows;
    if (rows.length < pageRows) return;
    after = rows.at(-1);
  }
}
