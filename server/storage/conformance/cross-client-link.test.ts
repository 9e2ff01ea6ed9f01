import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import catalog from '../database/schema-catalog.json' with { type: 'json' };

/*
 * The last wall between clients: whatever the program does, Postgres itself refuses a row whose parent belongs to
 * another client. Every foreign key of every owned table is tried, with rows made up from the catalog.
 */

interface Table {
  columns: Record<string, string>;
  constraints: Record<string, string>;
}
interface ForeignKey {
  name: string;
  columns: string[];
  parent: string;
  parentColumns: string[];
}
type Row = Record<string, string>;

const tables = catalog as Record<string, Table>;
const isOwned = (table: string) => 'client_id' in tables[table]!.columns;

function foreignKeysOf(table: string): ForeignKey[] {
  return Object.entries(tables[table]!.constraints).flatMap(([name, definition]) => {
    const parts = /^FOREIGN KEY \((.*?)\) REFERENCES (\w+)\((.*?)\)/.exec(definition);
    if (parts === null) return [];
    return [{ name, columns: parts[1]!.split(', '), parent: parts[2]!, parentColumns: parts[3]!.split(', ') }];
  });
}

const links = Object.keys(tables)
  .filter(isOwned)
  .flatMap((table) => foreignKeysOf(table).map((key) => ({ table, key })));
/** Those that lead from one client's row to another row of the same client. */
const innerLinks = links.filter(({ key }) => isOwned(key.parent));

let database: TestDatabase;
let connection: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase();
  connection = new pg.Client({ connectionString: database.url });
  await connection.connect();
});
afterAll(async () => {
  await connection.end();
  await database.drop();
});

/** Values that a CHECK asks for and that cannot be read from it. */
const particular: Record<string, string> = {
  'client_widgets.color': '#aabbcc',
  'conversation_ratings.score': '3',
  'chunks.edited': 'true',
};

function valueFor(table: string, column: string, type: string): string {
  const known = particular[`${table}.${column}`];
  if (known !== undefined) return known;
  for (const check of Object.values(tables[table]!.constraints)) {
    const choice = new RegExp(`^CHECK \\(\\("?${column}"? = ANY \\(ARRAY\\['(.*?)'`).exec(check);
    if (choice !== null) return choice[1]!;
  }
  if (type.startsWith('uuid')) return randomUUID();
  if (type.includes('[]')) return '{}';
  if (/^(integer|bigint|double precision)/.test(type)) return '1';
  if (type.startsWith('boolean')) return 'false';
  if (type.startsWith('timestamp')) return '2026-01-01T00:00:00Z';
  if (type.startsWith('json')) return '{}';
  return type.startsWith('tsvector') ? '' : randomUUID();
}

/** A row that may be inserted for the client; its parents have been. */
async function validRow(table: string, clientId: string): Promise<Row> {
  const row: Row = {};
  for (const [column, type] of Object.entries(tables[table]!.columns)) row[column] = valueFor(table, column, type);
  if ('client_id' in row) row.client_id = clientId;
  for (const { columns, parent, parentColumns } of foreignKeysOf(table)) {
    const parentRow = parent === 'clients' ? { id: clientId } : await insert(parent, await validRow(parent, clientId));
    for (const [index, column] of columns.entries()) row[column] = parentRow[parentColumns[index]!]!;
  }
  return row;
}

async function insert(table: string, row: Row): Promise<Row> {
  const columns = Object.keys(row);
  const places = columns.map((_, index) => `$${index + 1}`);
  const names = columns.map((column) => pg.escapeIdentifier(column));
  await connection.query(
    `insert into ${table} (${names.join(', ')}) values (${places.join(', ')})`,
    Object.values(row),
  );
  return row;
}

async function newClient(): Promise<string> {
  const id = randomUUID();
  await connection.query('insert into clients values ($1, $2, now(), now())', [id, 'x']);
  return id;
}

test('every owned table hangs on its client, directly or by a row that does', () => {
  const owned = Object.keys(tables).filter(isOwned);
  const hanging = owned.filter((table) =>
    foreignKeysOf(table).some(
      ({ columns, parent }) => columns.includes('client_id') && (parent === 'clients' || isOwned(parent)),
    ),
  );
  expect(hanging).toEqual(owned);
});

test('every link between rows of a client names the client on both sides', () => {
  for (const { table, key } of innerLinks) {
    const place = key.columns.indexOf('client_id');
    expect(place, `${table}: ${key.name}`).toBeGreaterThanOrEqual(0);
    expect(key.parentColumns[place], `${table}: ${key.name}`).toBe('client_id');
  }
});

describe('Postgres refuses a row whose parent belongs to another client', () => {
  test.each(innerLinks.map(({ table, key }) => [table, key.name, key] as const))(
    '%s by %s',
    async (table, name, key) => {
      const [mine, theirs] = [await newClient(), await newClient()];
      const own = await validRow(table, mine);
      const foreign = await validRow(table, theirs);
      const crossed = { ...own };
      for (const column of key.columns) if (column !== 'client_id') crossed[column] = foreign[column]!;
      await expect(insert(table, crossed)).rejects.toMatchObject({ code: '23503', constraint: name });

      await insert(table, own);
      const changes = key.columns.filter((column) => column !== 'client_id');
      const sets = changes.map((column, index) => `${column} = $${index + 2}`);
      const moved = connection.query(`update ${table} set ${sets.join(', ')} where client_id = $1`, [
        mine,
        ...changes.map((column) => foreign[column]),
      ]);
      await expect(moved).rejects.toMatchObject({ code: '23503', constraint: name });
      const given = connection.query(`update ${table} set client_id = $2 where client_id = $1`, [mine, theirs]);
      await expect(given).rejects.toMatchObject({ code: '23503' });
    },
  );
});

test('a client is removed with every row that hangs on it, and no row of another', async () => {
  const [mine, theirs] = [await newClient(), await newClient()];
  const owned = Object.keys(tables).filter(isOwned);
  for (const table of owned) for (const id of [mine, theirs]) await insert(table, await validRow(table, id));
  const count = async (id: string) => {
    const counts: Record<string, boolean> = {};
    for (const table of owned) {
      const { rowCount } = await connection.query(`select from ${table} where client_id = $1`, [id]);
      counts[table] = rowCount! > 0;
    }
    return counts;
  };
  await connection.query('delete from clients where id = $1', [mine]);
  expect(new Set(Object.values(await count(mine)))).toEqual(new Set([false]));
  expect(new Set(Object.values(await count(theirs)))).toEqual(new Set([true]));
});
