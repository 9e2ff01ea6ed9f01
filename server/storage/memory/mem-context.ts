import { StorageUnavailableError, StorageUsageError } from '../errors.ts';
import type { StorageEnvironment } from '../storage.ts';
import type { MemDatabase, MemTransaction } from './mem-database.ts';
import { copy } from './mem-values.ts';

/**
 * What the repositories of this folder run in. `body` is synchronous: it cannot be interrupted, and what it answers is
 * copied before anybody gets it. When it throws, it has changed nothing.
 */
export interface MemContext {
  readonly env: StorageEnvironment;
  // Properties, not methods: repositories take them apart.
  readonly read: <T>(body: (tx: MemTransaction) => T) => Promise<T>;
  readonly write: <T>(body: (tx: MemTransaction) => T) => Promise<T>;
}

/** Outside of transactions: every write is a transaction of its own. */
export function createOuterContext(
  env: StorageEnvironment,
  database: MemDatabase,
  checks: { beforeAny(): void; beforeWrite(): void },
): MemContext {
  return {
    env,
    async read(body) {
      checks.beforeAny();
      return copy(body(database.begin()));
    },
    async write(body) {
      checks.beforeAny();
      checks.beforeWrite();
      const transaction = database.begin();
      const result = body(transaction);
      // Nothing else can have been committed since `begin`; were it so, an acknowledged write would be lost in silence.
      if (!database.commit(transaction)) throw new StorageUnavailableError(new Error('A synchronous commit failed.'));
      return copy(result);
    },
  };
}

/** Inside a transaction: a failed call spoils it, and its end makes the context useless. */
export class InnerContext implements MemContext {
  readonly env: StorageEnvironment;
  private readonly transaction: MemTransaction;
  private ended = false;
  private spoiledBy: { error: unknown } | undefined;

  constructor(env: StorageEnvironment, transaction: MemTransaction) {
    this.env = env;
    this.transaction = transaction;
  }

  readonly read = <T>(body: (tx: MemTransaction) => T): Promise<T> => this.run(body);
  readonly write = <T>(body: (tx: MemTransaction) => T): Promise<T> => this.run(body);

  end(): void {
    this.ended = true;
  }

  /** Throws what a call failed with, whether or not somebody caught it there. */
  throwIfSpoiled(): void {
    if (this.spoiledBy) throw this.spoiledBy.error;
  }

  private async run<T>(body: (tx: MemTransaction) => T): Promise<T> {
    if (this.ended) throw new StorageUsageError('The transaction has ended.');
    this.throwIfSpoiled();
    try {
      return copy(body(this.transaction));
    } catch (error) {
      this.spoiledBy = { error };
      throw error;
    }
  }
}
