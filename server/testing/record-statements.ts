import pg from 'pg';

/** One statement as it was handed to the driver. */
export interface RecordedStatement {
  text: string;
  values: unknown[];
  name: string | undefined;
}

/**
 * Notes every statement that any connection of this process sends through `pg`, from now until `stop`. Below every pool
 * and everything that builds SQL, so that nothing goes past it.
 */
export function recordStatements(): { statements: RecordedStatement[]; stop: () => void } {
  const statements: RecordedStatement[] = [];
  const original = pg.Client.prototype.query as (...args: unknown[]) => unknown;
  function recordingQuery(this: pg.Client, ...args: unknown[]): unknown {
    const [config, values] = args;
    const { text, name, values: own } = typeof config === 'string' ? { text: config } : (config as pg.QueryConfig);
    statements.push({ text, name, values: own ?? (Array.isArray(values) ? values : []) });
    return original.apply(this, args);
  }
  pg.Client.prototype.query = recordingQuery as typeof pg.Client.prototype.query;
  return {
    statements,
    stop: () => {
      pg.Client.prototype.query = original as typeof pg.Client.prototype.query;
    },
  };
}
