import type { TransferRow } from '../storage/repositories/transfer.ts';
import type { ExportEntry } from './read-export.ts';

/** The lines of one file, and the row that comes behind them. */
export class IncomingFile {
  readonly #entries: AsyncGenerator<ExportEntry>;
  readonly #first: Buffer;
  #row: { table: string; row: TransferRow } | undefined;

  constructor(entries: AsyncGenerator<ExportEntry>, first: Buffer) {
    this.#entries = entries;
    this.#first = first;
  }

  async *bytes(): AsyncGenerator<Buffer> {
    yield this.#first;
    for (;;) {
      // Not `for await`: it would close the entries, of which more are wanted.
      const { value, done } = await this.#entries.next();
      if (done || value.kind !== 'bytes') {
        if (value?.kind === 'row') this.#row = value;
        return;
      }
      yield value.bytes;
    }
  }

  /** To be asked for when all bytes have been taken. */
  row(): { table: string; row: TransferRow } {
    if (this.#row === undefined) throw new Error('No row follows the bytes of a file.');
    return this.#row;
  }
}
