import { NotFoundError } from '../errors.ts';
import type { AppendResult } from '../repositories/messages.ts';
import type { Query } from './handle.ts';
import { type AppendedRow, readAppended } from './message-rows.ts';
import { appendStatement, type OutgoingMessage } from './message-statement.ts';

export class MessageWriter {
  readonly #query: Query;
  constructor(query: Query) {
    this.#query = query;
  }

  async append(outgoing: OutgoingMessage): Promise<AppendResult> {
    const { rows } = await this.#query(appendStatement, [JSON.stringify([outgoing])]);
    const [result] = readAppended([outgoing], rows as unknown as AppendedRow[]);
    if (result instanceof NotFoundError) throw result;
    return result!;
  }
}
