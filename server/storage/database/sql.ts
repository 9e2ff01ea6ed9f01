import type pg from 'pg';

/** One statement. With a name, it is parsed and planned once per connection and found again by it. */
interface Statement {
  /** At most 63 bytes, and always for the same text. */
  name?: string;
  text: string;
  values?: unknown[];
}

/** Runs statements on a pool. */
export interface Sql {
  query: <Row extends pg.QueryResultRow>(statement: Statement) => Promise<pg.QueryResult<Row>>;
  /** Lends one connection for a transaction. It goes back whatever `work` does, unless a transaction is left open on it. */
  withClient: <T>(work: (client: pg.PoolClient) => Promise<T>) => Promise<T>;
}

/**
 * An executor that, unlike `pool.query`, keeps a connection whose statement the server refused: the refusal of a
 * duplicate, say, costs no new connection.
 */
export function sqlOn(pool: pg.Pool): Sql {
  return {
    query: async (statement) => {
      const client = await pool.connect();
      let broken = false;
      try {
        return await client.query(statement);
      } catch (error) {
        broken = (error as { severity?: string }).severity !== 'ERROR';
        throw error;
      } finally {
        client.release(broken);
      }
    },
    withClient: async (work) => {
      const client = await pool.connect();
      let broken = false;
      try {
        return await work(client);
      } catch (error) {
        // Neon's driver cannot tell whether a transaction is open, so its connection is given up.
        broken = client.getTransactionStatus?.() !== 'I';
        throw error;
      } finally {
        client.release(broken);
      }
    },
  };
}
