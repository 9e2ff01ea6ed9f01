import type { ClientId } from '../../../shared/ids.ts';

/** A row of any table that is carried, as the table declares it: `server/storage/transfer-tables.ts` lists them. */
export type TransferRow = Record<string, unknown>;

/** Which rows of one table, and how many at once. */
export interface TransferRequest {
  /**
   * Whose rows. Of tables whose rows belong to clients it must be given. Of `clients` it means that one alone, of
   * `users` and tables whose rows belong to users the members of that client, of others nothing; left out, all rows.
   */
  clientId?: ClientId | undefined;
  /** Only those behind this row. */
  after?: TransferRow | undefined;
  limit: number;
}

/** Everything that is kept, as of one moment. */
export interface TransferReader {
  /**
   * Rows in the order of their primary key: numbers as such, texts by code unit. The words a conversation is found by
   * are one text, parted by blanks and in code unit order.
   */
  read(table: string, request: TransferRequest): Promise<TransferRow[]>;
}

/**
 * Carries whole installations and clients from one storage to another, row by row and exactly as they are. Not for
 * anything a person or program asks of the server.
 */
export interface TransferRepository {
  /**
   * Lends a reader that sees what was there when it was asked for first, whatever is written meanwhile, and nothing of
   * it afterwards. Inside a transaction it sees what the transaction sees.
   */
  snapshot<T>(work: (reader: TransferReader) => Promise<T>): Promise<T>;

  /**
   * Stores rows of one table as they are, in place of those with the same primary key. Parents are stored before their
   * children. All of them or none.
   * @throws ConflictError when a key other than the primary one is taken
   * @throws NotFoundError of the parent that is missing
   */
  put(table: string, rows: readonly TransferRow[]): Promise<void>;

  /**
   * Removes the rows of one table that have the primary keys of these, with all that hangs on them. Those that are not
   * there do not matter. @throws an error, and removes nothing, when a row of another table must have one of them
   */
  remove(table: string, rows: readonly TransferRow[]): Promise<void>;

  /** To be called when all rows of a client have been stored: from then on its passages are found. May be repeated. */
  index(clientId: ClientId): Promise<void>;
}
