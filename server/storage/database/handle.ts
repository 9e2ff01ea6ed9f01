import { setTimeout as sleep } from 'node:timers/promises';
import { drizzle, type NodePgDatabase } from 'drizzle-orm/node-postgres';
import type pg from 'pg';
import type { ClientId } from '../../../shared/ids.ts';
import type { AppendResult, NewMessage } from '../repositories/messages.ts';
import type { StorageEnvironment } from '../storage.ts';
import { CollisionError, translateError } from './database-errors.ts';

export type Db = NodePgDatabase<Record<string, never>>;

/**
 * What the repositories run on: the pool, or the one connection of a transaction. Everything that goes wrong inside
 * `work` comes out as an error of `errors.ts`.
 */
export interface Handle {
  readonly env: StorageEnvironment;

  /** Runs a reading method. */
  read<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;

  /**
   * The same for what costs much and may be answered by a replica where there is one: reports, counts, searches. It sees
   * everything that was committed when it began, as every read does, and is at most begun twice.
   */
  readOnReplica<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;

  /** Runs a method that writes with one statement; outside a transaction again when it collided with another. */
  write<T>(work: (db: Db) => PromiseLike<T>): Promise<T>;

  /** Runs several statements as one: in the transaction that is under way, else in one of its own. */
  atomically<T>(work: (db: Db) => Promise<T>): Promise<T>;

  /**
   * Runs reading statements that all see the same moment: inside a transaction what it sees, else in one of their own,
   * which writes nothing.
   */
  snapshot<T>(work: (db: Db) => Promise<T>): Promise<T>;

  appendMessage(clientId: ClientId, input: NewMessage): Promise<AppendResult>;
}

/** Sends one statement to Postgres. */
export type Query = (config: pg.QueryConfig, values?: unknown[]) => Promise<pg.QueryResult>;

/** Drizzle on top of `query`: it needs no more of a connection than that. */
export function drizzleOn(query: Query): Db {
  return drizzle(new QueryOnly(query) as unknown as pg.Client);
}

class QueryOnly {
  readonly query: Query;
  constructor(query: Query) {
    this.query = query;
  }
}

const RETRIES = 5;

/**
 * Runs `work`, again after a collision, at most five more times, each a little later than the last. The last one is told
 * so.
 */
export async function retryCollisions<T>(work: (isLastTry: boolean) => Promise<T>): Promise<T> {
  for (let retry = 0; ; retry++) {
    try {
      return await work(retry === RETRIES);
    } catch (error) {
      if (!(error instanceof CollisionError) || retry === RETRIES) throw error;
      await sleep(Math.random() * 10 * 2 ** retry);
    }
  }
}

/** @throws what `translateError` makes of the error */
export async function translated<T>(work: () => PromiseLike<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateError(error);
  }
}
