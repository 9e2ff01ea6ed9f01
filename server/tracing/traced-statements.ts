import type pg from 'pg';
import { isTracing, openSpan } from './tracing.ts';

interface Statement {
  text?: string;
  name?: string;
}

/**
 * Has the statements of a connection appear in traces: by their names, else by what they do to which table. Never their
 * texts or values. Statements outside of traced work are left out.
 */
export function traceStatements(client: pg.PoolClient): void {
  if (!isTracing()) return;
  const query = client.query.bind(client) as (...given: unknown[]) => unknown;
  const watched = (...given: unknown[]): unknown => {
    const [config] = given;
    const span = openSpan({ ...describeStatement(config as Statement | string), kind: 'client' });
    if (span === undefined) return query(...given);
    const end = (error?: { code?: string; name?: string } | null) => {
      if (error) span.fail(error.code ?? error.name ?? 'unknown');
      span.end();
    };
    const callback = given.at(-1);
    if (typeof callback === 'function') {
      const told = (error: Error | null, result: unknown) => {
        end(error);
        callback(error, result);
      };
      return query(...given.slice(0, -1), told);
    }
    const answer = query(...given);
    if (answer instanceof Promise) answer.then(() => end(), end);
    else end();
    return answer;
  };
  client.query = watched as typeof client.query;
}

/** What is told of a statement. */
export function describeStatement(statement: Statement | string): {
  name: string;
  attributes: Record<string, string>;
} {
  const text = (typeof statement === 'string' ? statement : statement.text) ?? '';
  const named = typeof statement === 'string' ? undefined : statement.name;
  const operation = /^\s*(\w+)/.exec(text)?.[1]?.toLowerCase() ?? 'statement';
  const table = /\b(?:from|into|update)\s+(?:only\s+)?"?([a-z_][a-z0-9_]*)"?/i.exec(text)?.[1];
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    ...(table !== undefined && { 'db.collection.name': table }),
  };
  return { name: named ?? (table === undefined ? operation : `${operation} ${table}`), attributes };
}
