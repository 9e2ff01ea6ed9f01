import type pg from 'pg';

/** Tables as Postgres itself describes them: every definition is Postgres's own text. */
export type Catalog = Record<string, TableCatalog>;

/** By name: of columns their type, nullability and default; of constraints and indexes their definition. */
export interface TableCatalog {
  columns: Record<string, string>;
  /** Primary and foreign keys, unique constraints, checks. */
  constraints: Record<string, string>;
  /** Those that do not belong to a constraint. */
  indexes: Record<string, string>;
}

const catalogQuery = `
with tables as (
  select c.oid, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
  where n.nspname = $2 and c.relkind in ('r', 'p') and c.relname = any($1)
), parts as (
select 'columns' as part, t.relname as "table", a.attname as name,
  format_type(a.atttypid, a.atttypmod) || case when a.attnotnull then ' not null' else '' end
    || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '') as definition
from tables t
join pg_attribute a on a.attrelid = t.oid and a.attnum > 0 and not a.attisdropped
left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
union all
select 'constraints', t.relname, k.conname, pg_get_constraintdef(k.oid)
from tables t join pg_constraint k on k.conrelid = t.oid and k.contype in ('p', 'u', 'f', 'c', 'x')
union all
select 'indexes', t.relname, c.relname, pg_get_indexdef(i.indexrelid) || case when i.indisvalid then '' else ' (invalid)' end
from tables t join pg_index i on i.indrelid = t.oid join pg_class c on c.oid = i.indexrelid
where not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u', 'x'))
)
select * from parts order by part collate "C", "table" collate "C", name collate "C"`;

interface CatalogRow {
  part: keyof TableCatalog;
  table: string;
  name: string;
  definition: string;
}

/** Describes those of the named tables that are there, in `schema`, whose name needs no quotes. */
export async function readCatalog(
  client: Pick<pg.Pool, 'query'>,
  tables: string[],
  schema = 'public',
): Promise<Catalog> {
  const { rows } = await client.query<CatalogRow>(catalogQuery, [tables, schema]);
  const catalog: Catalog = {};
  for (const { part, table, name, definition } of rows) {
    catalog[table] ??= { columns: {}, constraints: {}, indexes: {} };
    // Postgres names the schema or not, depending on the search path of the connection.
    // An operator may have partitioned a table, whose indexes are then said to be on ONLY it.
    catalog[table][part][name] = definition.replaceAll(`${schema}.`, '').replace(' ON ONLY ', ' ON ');
  }
  return catalog;
}

const nouns = { columns: 'column', constraints: 'constraint', indexes: 'index' } as const;

/** One plain sentence for each thing that `found` lacks, has beyond `expected`, or has otherwise. Empty when equal. */
export function compareCatalogs(expected: Catalog, found: Catalog): string[] {
  return Object.entries(expected).flatMap(([table, wanted]) => {
    const has = found[table];
    if (has === undefined) return [`The table ${table} is missing.`];
    return (['columns', 'constraints', 'indexes'] as const).flatMap((part) => compareParts(table, part, wanted, has));
  });
}

function compareParts(table: string, part: keyof TableCatalog, wanted: TableCatalog, has: TableCatalog): string[] {
  const what = (name: string) => `The ${nouns[part]} ${name} of table ${table}`;
  const names = new Set([...Object.keys(wanted[part]), ...Object.keys(has[part])]);
  return [...names].flatMap((name) => {
    const [want, got] = [wanted[part][name], has[part][name]];
    if (want === got) return [];
    if (got === undefined) return [`${what(name)} is missing.`];
    if (want === undefined) return [`${what(name)} is not one of Confab's.`];
    return [`${what(name)} is "${got}" and should be "${want}".`];
  });
}
