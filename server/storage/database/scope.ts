import { and, eq, type Placeholder, type SQL } from 'drizzle-orm';
import type { PgColumn, PgTable } from 'drizzle-orm/pg-core';
import type { ClientId } from '../../../shared/ids.ts';

/** A table whose rows belong to one client each. */
export type OwnedTable = PgTable & { readonly clientId: PgColumn };

/**
 * The condition under which rows of an owned table may be read or changed: they are the client's, and all of
 * `conditions` hold. Every WHERE and ON of the repositories on an owned table is built here; left-out conditions
 * (undefined) do not filter.
 */
export function owned(
  table: OwnedTable,
  clientId: ClientId | Placeholder<string>,
  ...conditions: (SQL | undefined)[]
): SQL {
  return and(eq(table.clientId, clientId), ...conditions)!;
}
