import { and, eq, gt, type SQL, sql } from 'drizzle-orm';
import { alias, type PgColumn, type PgTable } from 'drizzle-orm/pg-core';
import type { ClientId } from '../../../shared/ids.ts';
import {
  chunks,
  clients,
  conversationSearch,
  documents,
  members,
  passageStatistics,
  passages,
  passageTerms,
} from '../../../shared/schema.ts';
import type { TransferReader, TransferRepository, TransferRequest, TransferRow } from '../repositories/transfer.ts';
import { type TransferTable, transferTable } from '../transfer-tables.ts';
import type { Db, Handle } from './handle.ts';
import { indexPassages } from './passage-index.ts';
import { type OwnedTable, owned } from './scope.ts';

const nobody = '00000000-0000-0000-0000-000000000000';

export class DatabaseTransfer implements TransferRepository {
  readonly #handle: Handle;

  constructor(handle: Handle) {
    this.#handle = handle;
  }

  snapshot<T>(work: (reader: TransferReader) => Promise<T>): Promise<T> {
    return this.#handle.snapshot((db) => work({ read: (name, request) => readRows(db, transferTable(name), request) }));
  }

  async put(name: string, rows: readonly TransferRow[]): Promise<void> {
    const table = transferTable(name);
    if (rows.length === 0) return;
    await this.#handle.write((db) => db.execute(putStatement(table, rows)));
  }

  async remove(name: string, rows: readonly TransferRow[]): Promise<void> {
    const table = transferTable(name);
    if (rows.length === 0) return;
    await this.#handle.atomically(async (db) => {
      for (const [clientId, ofClient] of byOwner(table, rows)) {
        await db.delete(table.table).where(conditionOf(table, clientId, hasKeyOf(table, ofClient)));
      }
    });
  }

  index(clientId: ClientId): Promise<void> {
    return this.#handle.atomically(async (db) => {
      for (const table of [passages, passageTerms, passageStatistics]) {
        await db.delete(table).where(owned(table, clientId));
      }
      const answering = await db
        .select({ id: documents.id, version: documents.version, language: documents.language })
        .from(documents)
        .where(owned(documents, clientId, gt(documents.version, 0)));
      for (const { id, version, language } of answering) {
        const visible = [eq(chunks.documentId, id), eq(chunks.version, version), eq(chunks.hidden, false)];
        const rows = await db
          .select()
          .from(chunks)
          .where(owned(chunks, clientId, ...visible))
          .orderBy(chunks.number);
        await indexPassages(db, clientId, rows, language);
      }
    });
  }
}

async function readRows(
  db: Db,
  table: TransferTable,
  { clientId, after, limit }: TransferRequest,
): Promise<TransferRow[]> {
  if (table.isOwned && clientId === undefined) throw new Error(`Rows of ${table.name} are read for one client.`);
  const keys = table.key.map((property) => table.columns[property]!);
  // Without the client that is the same in all of them: with it Postgres would begin each page with the client's first row.
  const within = table.key.filter((property) => !table.isOwned || property !== 'clientId');
  const beyond = after && (within.length === 0 ? sql`false` : isBeyond(table, within, after));
  const rows = await db
    .select(selectionOf(table))
    .from(table.table as PgTable)
    .where(conditionOf(table, clientId, beyond, after))
    .orderBy(...keys.map(ordered))
    .limit(limit);
  return rows as TransferRow[];
}

/** Which rows: those of a client, or, of the two tables that belong to none, all of them. */
function conditionOf(
  { table, name, isOwned, columns, userColumn }: TransferTable,
  clientId: ClientId | undefined,
  condition: SQL | undefined,
  after?: TransferRow,
): SQL | undefined {
  if (isOwned) return owned(table as unknown as OwnedTable, clientId!, condition);
  if (name === 'clients') {
    return clientId === undefined
      ? gt(clients.id, (after?.id ?? nobody) as ClientId)
      : and(eq(clients.id, clientId), condition);
  }
  if (clientId === undefined) return condition;
  if (userColumn === undefined) return sql`false`;
  const m = alias(members, 'm');
  return and(
    sql`exists (select from ${members} m where ${owned(m, clientId, eq(m.userId, columns[userColumn]!))})`,
    condition,
  );
}

/** The words of a conversation without the one that says whose it is. */
function selectionOf({ name, columns }: TransferTable): Record<string, PgColumn | SQL> {
  if (name !== 'conversation_search') return columns;
  const { terms, clientId } = conversationSearch;
  const words = sql<string>`coalesce((select string_agg(word, ' ' order by word collate "C")
    from unnest(tsvector_to_array(${terms})) word where word <> 'client:' || ${clientId}), '')`;
  return { ...columns, terms: words.as('words') as unknown as SQL };
}

function isBeyond(table: TransferTable, properties: readonly string[], after: TransferRow): SQL {
  const columns = properties.map((property) => ordered(table.columns[property]!));
  return sql`(${listed(columns)}) > (${listed(properties.map((property) => value(table, property, after)))})`;
}

/** In code unit order, whatever the order of the database is. */
function ordered(column: PgColumn): SQL {
  return isText(column) ? sql`${column} collate "C"` : sql`${column}`;
}

function value({ columns }: TransferTable, property: string, row: TransferRow): SQL {
  const column = columns[property]!;
  const given = sql`${row[property]}::${sql.raw(column.getSQLType())}`;
  return isText(column) ? sql`${given} collate "C"` : given;
}

function isText(column: PgColumn): boolean {
  return column.getSQLType() === 'text';
}

function listed(parts: SQL[]): SQL {
  return sql.join(parts, sql`, `);
}

/** The columns of a value of JSON, numbered: their names are also those of tables. */
function recordset(table: TransferTable, properties: readonly string[], rows: readonly TransferRow[]): SQL {
  const json = JSON.stringify(
    rows.map((row) => Object.fromEntries(properties.map((name, at) => [`c${at}`, row[name]]))),
  );
  const types = properties.map((name, at) => `c${at} ${carriedType(table.columns[name]!)}`);
  return sql`json_to_recordset(${json}::json) as r(${sql.raw(types.join(', '))})`;
}

function carriedType(column: PgColumn): string {
  const type = column.getSQLType();
  return type === 'tsvector' ? 'text' : type;
}

function putStatement(table: TransferTable, rows: readonly TransferRow[]): SQL {
  const properties = Object.keys(table.columns);
  const names = listed(properties.map((name) => sql.identifier(table.columns[name]!.name)).map((name) => sql`${name}`));
  const values = listed(properties.map((name, at) => sql.raw(storedValue(table.columns[name]!, at))));
  const key = listed(table.key.map((name) => sql`${sql.identifier(table.columns[name]!.name)}`));
  const others = properties.filter((name) => !table.key.includes(name)).map((name) => table.columns[name]!.name);
  const changes = listed(others.map((name) => sql`${sql.identifier(name)} = excluded.${sql.identifier(name)}`));
  return sql`insert into ${table.table} (${names}) select ${values} from ${recordset(table, properties, rows)}
    on conflict (${key}) do update set ${changes}`;
}

function storedValue(column: PgColumn, at: number): string {
  if (column.getSQLType() !== 'tsvector') return `r.c${at}`;
  // The client id is the first column of the table.
  return `array_to_tsvector(string_to_array(r.c${at}, ' ') || ('client:' || r.c0))`;
}

function hasKeyOf(table: TransferTable, rows: readonly TransferRow[]): SQL {
  const columns = listed(table.key.map((name) => sql`${table.columns[name]!}`));
  const values = sql.raw(table.key.map((_, at) => `r.c${at}`).join(', '));
  return sql`(${columns}) in (select ${values} from ${recordset(table, table.key, rows)})`;
}

function byOwner(table: TransferTable, rows: readonly TransferRow[]): Map<ClientId | undefined, TransferRow[]> {
  const owners = new Map<ClientId | undefined, TransferRow[]>();
  for (const row of rows) {
    const owner = table.isOwned
      ? (row.clientId as ClientId)
      : table.name === 'clients'
        ? (row.id as ClientId)
        : undefined;
    owners.set(owner, [...(owners.get(owner) ?? []), row]);
  }
  return owners;
}
