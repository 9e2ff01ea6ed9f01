import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import { StorageUsageError } from '../errors.ts';
import type { AccountsRepository } from '../repositories/accounts.ts';
import type { DirectoryRepository } from '../repositories/directory.ts';
import type { AppendResult, NewMessage } from '../repositories/messages.ts';
import type { ClientStorage, IStorage, StorageEnvironment, StorageScope } from '../storage.ts';
import { createPool, type PoolOptions } from './connection.ts';
import { CollisionError } from './database-errors.ts';
import { type Db, drizzleOn, type Handle, retryCollisions, translated } from './handle.ts';
import { outgoingMessage } from './message-statement.ts';
import { MessageWriter } from './message-writer.ts';
import { repositoriesOf } from './repositories-of.ts';
import { type Sql, sqlOn } from './sql.ts';
import { TransactionHandle } from './transaction.ts';

export interface DatabaseStorageOptions extends PoolOptions {
  env: StorageEnvironment;
}

/**
 * A storage on the database at `options.url`, which has the schema already. Nothing is connected yet.
 * @throws DatabaseUrlError with one sentence when the URL is of no use
 */
export async function openDatabaseStorage(options: DatabaseStorageOptions): Promise<DatabaseStorage> {
  const pool = await createPool(options);
  return new DatabaseStorage({ pool, env: options.env });
}

/** `IStorage` on Postgres. */
export class DatabaseStorage implements IStorage {
  readonly kind = 'database';
  readonly accounts: AccountsRepository;
  readonly directory: DirectoryRepository;
  /** For what else needs Postgres in this process, such as sign-in sessions. Ends with `close`. */
  readonly pool: pg.Pool;
  readonly #env: StorageEnvironment;
  readonly #sql: Sql;
  readonly #scope: StorageScope;
  readonly #handle: PoolHandle;
  readonly #current = new AsyncLocalStorage<TransactionHandle>();
  #closed: Promise<void> | undefined;

  constructor(parts: { pool: pg.Pool; env: StorageEnvironment }) {
    this.pool = parts.pool;
    this.#env = parts.env;
    this.#sql = sqlOn(parts.pool);
    this.#handle = new PoolHandle({
      env: parts.env,
      sql: this.#sql,
      writer: new MessageWriter((config, values) => this.#sql.query({ ...config, values } as never)),
      refuseInside: () => this.#refuseInside(),
      transact: (work) => this.#transact(work),
    });
    this.#scope = repositoriesOf(this.#handle);
    this.accounts = this.#scope.accounts;
    this.directory = this.#scope.directory;
  }

  forClient(id: ClientId): ClientStorage {
    return this.#scope.forClient(id);
  }

  async transaction<T>(work: (scope: StorageScope) => Promise<T>): Promise<T> {
    this.#refuseInside();
    return retryCollisions(() => this.#transact((handle) => work(repositoriesOf(handle))));
  }

  async ping(): Promise<void> {
    await this.#handle.read((db) => db.execute(sql`select 1`));
  }

  close(): Promise<void> {
    this.#closed ??= this.pool.end();
    return this.#closed;
  }

  /** What waits for a lock that the surrounding transaction holds would wait for ever. */
  #refuseInside(): void {
    if (this.#current.getStore()?.open === true) {
      throw new StorageUsageError('Inside a transaction, write through the scope it gives.');
    }
  }

  async #transact<T>(work: (handle: TransactionHandle) => Promise<T>): Promise<T> {
    const client = await translated(() => this.pool.connect());
    const handle = new TransactionHandle(client, this.#env);
    try {
      await translated(() => client.query('begin'));
      const result = await this.#current.run(handle, () => work(handle));
      const spoiledBy = await handle.end();
      if (spoiledBy !== undefined) throw spoiledBy;
      await translated(() => client.query('commit'));
      return result;
    } catch (error) {
      const spoiledBy = await handle.end();
      await client.query('rollback').catch(() => {});
      // A collision is run again, whatever `work` made of it.
      throw spoiledBy instanceof CollisionError ? spoiledBy : error;
    } finally {
      // A connection whose transaction could not be ended is of no use to anybody.
      client.release(client.getTransactionStatus?.() !== 'I');
    }
  }
}

interface PoolHandleParts {
  env: StorageEnvironment;
  sql: Sql;
  writer: MessageWriter;
  /** @throws StorageUsageError inside a transaction */
  refuseInside: () => void;
  transact: <T>(work: (handle: TransactionHandle) => Promise<T>) => Promise<T>;
}

/** The handle outside transactions. */
class PoolHandle implements Handle {
  readonly env: StorageEnvironment;
  readonly #parts: PoolHandleParts;
  readonly #db: Db;

  constructor(parts: PoolHandleParts) {
    this.env = parts.env;
    this.#parts = parts;
    this.#db = drizzleOn((config, values) =>
      parts.sql.withClient((client) => client.query(config as pg.QueryConfig, values)),
    );
  }

  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    return translated(() => work(this.#db));
  }

  async write<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    this.#parts.refuseInside();
    return retryCollisions(() => translated(() => work(this.#db)));
  }

  async atomically<T>(work: (db: Db) => Promise<T>): Promise<T> {
    this.#parts.refuseInside();
    return retryCollisions(() => this.#parts.transact((handle) => handle.atomically(work)));
  }

  async appendMessage(clientId: ClientId, input: NewMessage): Promise<AppendResult> {
    this.#parts.refuseInside();
    return this.#parts.writer.append(outgoingMessage(this.env, clientId, input));
  }
}
