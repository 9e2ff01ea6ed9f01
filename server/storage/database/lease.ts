import type pg from 'pg';
import { isConnectionLost, NotConnectedError } from './database-errors.ts';

/**
 * A statement that Postgres has not answered by then is given up, with its connection: the server or the network
 * between hangs, and whoever waits is better told so.
 */
export const statementTimeoutMs = 60_000;

/** @throws NotConnectedError */
export async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw new NotConnectedError(error);
  }
}

/**
 * Runs one statement on a connection of `pool`. Unlike `pool.query` it keeps the connection when Postgres merely
 * refused the statement: refusing a duplicate costs no new connection.
 */
export async function query(
  pool: pg.Pool,
  config: pg.QueryConfig,
  values: unknown[] | undefined,
  timeoutMs: number = statementTimeoutMs,
): Promise<pg.QueryResult> {
  const client = await connect(pool);
  let broken = false;
  try {
    return await answered(client, client.query(config, values), timeoutMs);
  } catch (error) {
    broken = isConnectionLost(error);
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The answer of a statement; ends the connection, and so fails the statement, when there is none in time. */
export async function answered<T>(client: pg.PoolClient, answer: Promise<T>, timeoutMs: number): Promise<T> {
  const timer = setTimeout(() => {
    (client as pg.PoolClient & Pick<pg.Client, 'end'>).end().catch(() => {});
  }, timeoutMs);
  try {
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
