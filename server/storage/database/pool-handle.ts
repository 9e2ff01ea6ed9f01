import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import type { AppendResult, NewMessage } from '../repositories/messages.ts';
import type { StorageEnvironment } from '../storage.ts';
import { type Db, drizzleOn, type Handle, retryCollisions, translated } from './handle.ts';
import { query } from './lease.ts';
import { outgoingMessage } from './message-statement.ts';
import type { MessageWriter } from './message-writer.ts';
import type { Replica } from './replica.ts';
import type { TransactionHandle } from './transaction.ts';

interface PoolHandleParts {
  env: StorageEnvironment;
  pool: pg.Pool;
  writer: MessageWriter;
  /** Undefined: the primary answers everything. */
  replica: Replica | undefined;
  /** @throws StorageUsageError inside a transaction */
  refuseInside: () => void;
  transact: <T>(work: (handle: TransactionHandle) => Promise<T>, isLastTry: boolean, begin?: string) => Promise<T>;
}

/** The handle outside transactions: each statement on whichever connection is free. */
export class PoolHandle implements Handle {
  readonly env: StorageEnvironment;
  readonly #parts: PoolHandleParts;
  readonly #db: Db;

  constructor(parts: PoolHandleParts) {
    this.env = parts.env;
    this.#parts = parts;
    this.#db = drizzleOn((config, values) => query(parts.pool, config, values));
  }

  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    return translated(() => work(this.#db));
  }

  readOnReplica<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    const { replica } = this.#parts;
    return replica === undefined ? this.read(work) : replica.read(work, () => this.read(work));
  }

  async write<T>(work: (db: Db) => PromiseLike<T>): Promise<T> {
    this.#parts.refuseInside();
    return retryCollisions(() => translated(() => work(this.#db)));
  }

  async atomically<T>(work: (db: Db) => Promise<T>): Promise<T> {
    this.#parts.refuseInside();
    return retryCollisions((isLastTry) => this.#parts.transact((handle) => handle.atomically(work), isLastTry));
  }

  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const begin = 'begin isolation level repeatable read read only';
    return this.#parts.transact((handle) => handle.snapshot(work), true, begin);
  }

  async appendMessage(clientId: ClientId, input: NewMessage): Promise<AppendResult> {
    this.#parts.refuseInside();
    return this.#parts.writer.append(outgoingMessage(this.env, clientId, input));
  }
}
