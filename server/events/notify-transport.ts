import type pg from 'pg';
import { createPool, detectPooler, type PoolOptions } from '../storage/database/connection.ts';
import { type RelayHandlers, type RelayTransport, reconnectDelayMs } from './relay-transport.ts';

const channel = 'confab_relay';
const applicationName = 'confab-relay';
/** A statement without an answer after this means that the connection is dead, whatever TCP says. */
const answerMs = 10_000;
const checkEveryMs = 10_000;

/**
 * NOTIFY and LISTEN on one connection of its own, so that either both work or none. `pooled` is true when a pooler in
 * transaction mode stands before the server: nothing arrives through one, and the transport is of no use.
 * @throws when the database cannot be reached
 */
export async function createNotifyTransport(
  options: Pick<PoolOptions, 'url' | 'driver' | 'pooler' | 'production' | 'neonProxy'>,
): Promise<{ transport: RelayTransport; pooled: boolean }> {
  const pool = await createPool({
    ...options,
    max: 1,
    applicationName,
    // What is passed on is stored already; the commit of a NOTIFY need not reach the disk.
    settings: { application_name: applicationName, synchronous_commit: 'off' },
  });
  try {
    return { transport: new NotifyTransport(pool), pooled: await detectPooler(pool) };
  } catch (error) {
    await pool.end();
    throw error;
  }
}

class NotifyTransport implements RelayTransport {
  // A payload must be shorter than 8,000 bytes.
  readonly payloadBytesMax = 7_000;
  readonly #pool: pg.Pool;
  #handlers: RelayHandlers | undefined;
  #client: pg.PoolClient | undefined;
  #check: NodeJS.Timeout | undefined;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async open(handlers: RelayHandlers): Promise<void> {
    this.#handlers = handlers;
    await this.#connect();
    this.#check = setInterval(() => void this.#ask('SELECT 1').catch(() => {}), checkEveryMs);
    this.#check.unref();
  }

  async send(payloads: string[]): Promise<void> {
    await this.#ask('SELECT pg_notify($1, x) FROM unnest($2::text[]) x', [channel, payloads], 'relay_notify');
  }

  async countListeners(): Promise<number> {
    const { rows } = await this.#ask<{ n: number }>(
      'SELECT count(*)::int AS n FROM pg_stat_activity WHERE datname = current_database() AND application_name = $1',
      [applicationName],
    );
    return rows[0]!.n;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#check);
    clearTimeout(this.#retry);
    this.#client?.release(true);
    this.#client = undefined;
    await this.#pool.end();
  }

  async #connect(): Promise<void> {
    const client = await this.#pool.connect();
    if (this.#closed) return client.release(true);
    client.on('notification', ({ payload }) => this.#handlers?.received(payload ?? ''));
    client.on('error', (error: Error) => this.#drop(client, error.message));
    client.on('end', () => this.#drop(client, 'the connection was closed'));
    try {
      await client.query({ text: `LISTEN ${channel}`, query_timeout: answerMs } as pg.QueryConfig);
    } catch (error) {
      client.release(true);
      throw error;
    }
    this.#client = client;
  }

  async #ask<Row extends pg.QueryResultRow>(
    text: string,
    values: unknown[] = [],
    name?: string,
  ): Promise<pg.QueryResult<Row>> {
    const client = this.#client;
    if (!client) throw new Error('The connection of the relay is lost.');
    try {
      return await client.query<Row>({ text, values, name, query_timeout: answerMs } as pg.QueryConfig);
    } catch (error) {
      this.#drop(client, (error as Error).message);
      throw error;
    }
  }

  #drop(client: pg.PoolClient, reason: string): void {
    if (client !== this.#client) return;
    this.#client = undefined;
    client.release(true);
    this.#handlers?.lost(reason);
    this.#reconnect(0);
  }

  #reconnect(attempt: number): void {
    if (this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#connect().then(
        () => this.#client && this.#handlers?.restored(),
        () => this.#reconnect(attempt + 1),
      );
    }, reconnectDelayMs(attempt));
  }
}
