import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import { NotFoundError, StorageUsageError } from '../errors.ts';
import type { AppendResult, NewMessage } from '../repositories/messages.ts';
import type { StorageEnvironment } from '../storage.ts';
import { translateError } from './database-errors.ts';
import { type Db, drizzleOn, type Handle } from './handle.ts';
import { answered, statementTimeoutMs } from './lease.ts';
import { readAppended } from './message-rows.ts';
import { type OutgoingMessage, outgoingMessage, tellingStatement } from './message-statement.ts';
import type { TextRow } from './row-decoder.ts';
import { mayBeSingle, readSingle, singleMessageStatement, singleMessageValues } from './single-message-statement.ts';

/**
 * The handle of one transaction. Statements run one after the other on its connection, also when `work` calls several
 * methods at once. The first method that throws spoils it.
 */
export class TransactionHandle implements Handle {
  readonly env: StorageEnvironment;
  readonly #client: pg.PoolClient;
  readonly #db: Db;
  readonly #isLastTry: boolean;
  #lastStatement: Promise<unknown> = Promise.resolve();
  #spoiledBy: Error | undefined;
  #ended = false;

  /** @param isLastTry whether a collision would be the end of it */
  constructor(client: pg.PoolClient, env: StorageEnvironment, isLastTry: boolean) {
    this.env = env;
    this.#client = client;
    this.#isLastTry = isLastTry;
    this.#db = drizzleOn((config, values) => this.#query(config, values));
  }

  /** Whether methods may still be called. */
  get open(): boolean {
    return !this.#ended;
  }

  /** No method may be called from now on. Resolves, when all statements have been answered, to what spoiled it. */
  async end(): Promise<Error | undefined> {
    this.#ended = true;
    await this.#lastStatement.catch(() => {});
    return this.#spoiledBy;
  }

  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    return this.#run(() => work(this.#db));
  }

  /** On the transaction's own connection: only there is what it wrote. */
  readOnReplica<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    return this.read(work);
  }

  write<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    return this.#run(() => work(this.#db));
  }

  atomically<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#run(() => work(this.#db));
  }

  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T> {
    return this.#run(() => work(this.#db));
  }

  appendMessage(clientId: ClientId, input: NewMessage): Promise<AppendResult> {
    return this.#run(async () => {
      const outgoing = outgoingMessage(this.env, clientId, input);
      const result = await this.#store(outgoing);
      if (result === undefined) throw new NotFoundError('conversation');
      return result;
    });
  }

  async #store(outgoing: OutgoingMessage): Promise<AppendResult | undefined> {
    if (mayBeSingle(outgoing)) {
      const { rows } = await this.#query(singleMessageStatement, singleMessageValues(outgoing));
      const stored = readSingle(outgoing, rows as TextRow[]);
      if (stored !== undefined) return stored;
    }
    const { rows } = await this.#query(tellingStatement, [JSON.stringify([outgoing]), !this.#isLastTry]);
    return readAppended([outgoing], rows as TextRow[])[0];
  }

  async #run<T>(work: () => PromiseLike<T>): Promise<T> {
    if (this.#ended) throw new StorageUsageError('The transaction has ended.');
    if (this.#spoiledBy !== undefined) throw this.#spoiledBy;
    try {
      return await work();
    } catch (error) {
      this.#spoiledBy ??= translateError(error);
      throw this.#spoiledBy;
    }
  }

  #query(config: pg.QueryConfig, values?: unknown[]): Promise<pg.QueryResult> {
    // Also for a method that was under way when the transaction ended: its next statement must not reach the pool.
    if (this.#ended) return Promise.reject(new StorageUsageError('The transaction has ended.'));
    const answer = this.#lastStatement.then(() =>
      answered(this.#client, this.#client.query(config, values), statementTimeoutMs),
    );
    this.#lastStatement = answer.catch(() => {});
    return answer;
  }
}
