import { AsyncLocalStorage } from 'node:async_hooks';
import { sql } from 'drizzle-orm';
import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import { StorageUsageError } from '../errors.ts';
import type { AccountsRepository } from '../repositories/accounts.ts';
import type { CredentialsRepository } from '../repositories/credentials.ts';
import type { DeliveryQueueRepository } from '../repositories/delivery-queue.ts';
import type { DirectoryRepository } from '../repositories/directory.ts';
import type { QueueRepository } from '../repositories/queue.ts';
import type { RemovedFilesRepository } from '../repositories/removed-files.ts';
import type { TalliesRepository } from '../repositories/tallies.ts';
import type { TransferRepository } from '../repositories/transfer.ts';
import type { ClientStorage, IStorage, StorageEnvironment, StorageScope } from '../storage.ts';
import { createPool, type PoolOptions } from './connection.ts';
import { CollisionError } from './database-errors.ts';
import { retryCollisions, translated } from './handle.ts';
import { answered, connect, statementTimeoutMs } from './lease.ts';
import { MessageWriter, writerConnections, writerSettings } from './message-writer.ts';
import { PoolHandle } from './pool-handle.ts';
import { Replica, type ReplicaNumbers, type ReplicaOptions } from './replica.ts';
import { repositoriesOf } from './repositories-of.ts';
import { TransactionHandle } from './transaction.ts';

export interface DatabaseStorageOptions extends PoolOptions {
  env: StorageEnvironment;
  /** A streaming replica of the same database, for reads that cost much. It need not be there. */
  replica?: ({ url: string } & Pick<ReplicaOptions, 'onState' | 'waitMs'>) | undefined;
}

/** How connections to the replica call themselves in `pg_stat_activity`. */
export const replicaApplicationName = 'confab-replica';

/**
 * A storage on the database at `options.url`, which has the schema already. Nothing is connected yet.
 * @throws DatabaseUrlError with one sentence when the URL is of no use
 */
export async function openDatabaseStorage(options: DatabaseStorageOptions): Promise<DatabaseStorage> {
  const pool = await createPool(options);
  const writerPool = await createPool({
    ...options,
    max: writerConnections,
    keep: writerConnections,
    settings: writerSettings,
  });
  const replica = options.replica && (await openReplica(pool, options, options.replica));
  return new DatabaseStorage({ pool, writerPool, replica, env: options.env });
}

async function openReplica(
  primary: pg.Pool,
  options: PoolOptions,
  { url, ...more }: NonNullable<DatabaseStorageOptions['replica']>,
): Promise<Replica> {
  const pool = await createPool({
    ...options,
    url,
    applicationName: replicaApplicationName,
    // A standby refuses writes by itself; should it be promoted, or the URL be wrong, this still does.
    settings: { ...options.settings, default_transaction_read_only: 'on' },
  });
  return new Replica({ primary, pool, ...more });
}

/** `IStorage` on Postgres. */
export class DatabaseStorage implements IStorage {
  readonly kind = 'database';
  readonly accounts: AccountsRepository;
  readonly directory: DirectoryRepository;
  readonly queue: QueueRepository;
  readonly deliveryQueue: DeliveryQueueRepository;
  readonly credentials: CredentialsRepository;
  readonly tallies: TalliesRepository;
  readonly removedFiles: RemovedFilesRepository;
  readonly transfer: TransferRepository;
  /** For what else needs Postgres in this process, such as sign-in sessions. Ends with `close`. */
  readonly pool: pg.Pool;
  readonly #env: StorageEnvironment;
  readonly #writer: MessageWriter;
  readonly #replica: Replica | undefined;
  readonly #scope: StorageScope;
  readonly #handle: PoolHandle;
  readonly #current = new AsyncLocalStorage<TransactionHandle>();
  #closed: Promise<void> | undefined;

  constructor(parts: {
    pool: pg.Pool;
    writerPool: pg.Pool;
    replica?: Replica | undefined;
    env: StorageEnvironment;
  }) {
    this.pool = parts.pool;
    this.#env = parts.env;
    this.#replica = parts.replica;
    this.#writer = new MessageWriter(parts.writerPool);
    this.#handle = new PoolHandle({
      env: parts.env,
      pool: parts.pool,
      writer: this.#writer,
      replica: parts.replica,
      refuseInside: () => this.#refuseInside(),
      transact: (work, isLastTry, begin) => this.#transact(work, isLastTry, begin),
    });
    this.#scope = repositoriesOf(this.#handle);
    this.accounts = this.#scope.accounts;
    this.directory = this.#scope.directory;
    this.queue = this.#scope.queue;
    this.deliveryQueue = this.#scope.deliveryQueue;
    this.credentials = this.#scope.credentials;
    this.tallies = this.#scope.tallies;
    this.removedFiles = this.#scope.removedFiles;
    this.transfer = this.#scope.transfer;
  }

  /** How the replica does; undefined where there is none. */
  get replicaNumbers(): ReplicaNumbers | undefined {
    return this.#replica?.numbers;
  }

  forClient(id: ClientId): ClientStorage {
    return this.#scope.forClient(id);
  }

  async transaction<T>(work: (scope: StorageScope) => Promise<T>): Promise<T> {
    this.#refuseInside();
    return retryCollisions((isLastTry) => this.#transact((handle) => work(repositoriesOf(handle)), isLastTry));
  }

  async ping(): Promise<void> {
    await this.#handle.read((db) => db.execute(sql`select 1`));
  }

  close(): Promise<void> {
    this.#closed ??= Promise.all([this.#writer.close(), this.#replica?.close(), this.pool.end()]).then(() => {});
    return this.#closed;
  }

  /** What waits for a lock that the surrounding transaction holds would wait for ever. */
  #refuseInside(): void {
    if (this.#current.getStore()?.open === true) {
      throw new StorageUsageError('Inside a transaction, write through the scope it gives.');
    }
  }

  async #transact<T>(work: (handle: TransactionHandle) => Promise<T>, isLastTry: boolean, begin = 'begin'): Promise<T> {
    const client = await connect(this.pool);
    const send = (text: string) => translated(() => answered(client, client.query(text), statementTimeoutMs));
    const handle = new TransactionHandle(client, this.#env, isLastTry);
    let broken = false;
    try {
      await send(begin);
      const result = await this.#current.run(handle, () => work(handle));
      const spoiledBy = await handle.end();
      if (spoiledBy !== undefined) throw spoiledBy;
      await send('commit');
      return result;
    } catch (error) {
      const spoiledBy = await handle.end();
      await send('rollback').catch(() => {
        // A connection whose transaction cannot be ended is of no use to anybody.
        broken = true;
      });
      // A collision is run again, whatever `work` made of it.
      throw spoiledBy instanceof CollisionError ? spoiledBy : error;
    } finally {
      client.release(broken);
    }
  }
}
