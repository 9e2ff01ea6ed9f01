import pg from 'pg';
import type { Catalog } from '../storage/database/catalog.ts';

/**
 * What drizzle-kit overlooks: constraints and indexes that have the right name and another definition, an edited CHECK
 * above all. Each is replaced by the one that is expected; no data is touched. Both definitions are Postgres's own text.
 */
export function planMends(expected: Catalog, found: Catalog): string[] {
  return Object.entries(expected).flatMap(([table, wanted]) => {
    const has = found[table];
    if (has === undefined) return [];
    const name = pg.escapeIdentifier;
    const constraints = edited(wanted.constraints, has.constraints).flatMap(([constraint, definition]) => [
      `ALTER TABLE ${name(table)} DROP CONSTRAINT ${name(constraint)};`,
      `ALTER TABLE ${name(table)} ADD CONSTRAINT ${name(constraint)} ${definition};`,
    ]);
    const indexes = edited(wanted.indexes, has.indexes).flatMap(([index, definition]) => [
      `DROP INDEX ${name(index)};`,
      `${definition};`,
    ]);
    return [...constraints, ...indexes];
  });
}

function edited(wanted: Record<string, string>, has: Record<string, string>): [string, string][] {
  return Object.entries(wanted).filter(([name, definition]) => has[name] !== undefined && has[name] !== definition);
}
