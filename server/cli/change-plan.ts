import type pg from 'pg';

/** What a statement does to those who work with the database meanwhile. */
export interface StatementCost {
  /** The table whose rows it is about; undefined: none that is there. */
  table: string | undefined;
  /** The table that it refers to, which is locked in the same way. */
  referenced?: string | undefined;
  /** In the words of Postgres. */
  lock: string;
  /** Who waits while it runs. */
  holdsUp: 'nobody' | 'writers' | 'everybody';
  /** What it does with the rows that are there. */
  work: 'none' | 'scan' | 'index' | 'rewrite' | 'change';
}

interface TableSize {
  rows: number;
  bytes: number;
}

/** Bytes of a table that a modest disk and processor get through in a second; real ones are mostly faster. */
const bytesPerSecond: Record<StatementCost['work'], number> = {
  none: Number.POSITIVE_INFINITY,
  scan: 200e6,
  index: 40e6,
  rewrite: 25e6,
  change: 10e6,
};

const name = String.raw`(?:"?public"?\.)?"?(\w+)"?`;
const of = (pattern: string) => new RegExp(pattern.replaceAll('NAME', name).replaceAll(' ', String.raw`\s+`), 'i');

/** The first that fits counts. */
const rules: [RegExp, Omit<StatementCost, 'table'>][] = [
  [
    of('^create table (?:if not exists )?NAME'),
    { lock: 'none on tables that are there', holdsUp: 'nobody', work: 'none' },
  ],
  [
    of('^create (?:unique )?index concurrently .*? on NAME'),
    { lock: 'SHARE UPDATE EXCLUSIVE', holdsUp: 'nobody', work: 'index' },
  ],
  [of('^create (?:unique )?index .*? on NAME'), { lock: 'SHARE', holdsUp: 'writers', work: 'index' }],
  [
    of('^alter table NAME add constraint .* foreign key'),
    { lock: 'SHARE ROW EXCLUSIVE', holdsUp: 'writers', work: 'scan' },
  ],
  [
    of('^alter table NAME add constraint .* (?:primary key|unique)'),
    { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'index' },
  ],
  [
    of('^alter table NAME (?:add constraint|alter column .* set not null|validate constraint)'),
    { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'scan' },
  ],
  [
    of('^alter table NAME alter column .* (?:set data )?type '),
    { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'rewrite' },
  ],
  [
    of('^alter table NAME add column .* default .*(?:random|now|clock_timestamp|nextval)'),
    { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'rewrite' },
  ],
  [of('^alter table NAME'), { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'none' }],
  [of('^drop table (?:if exists )?NAME'), { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'none' }],
  [of('^update (?:only )?NAME'), { lock: 'ROW EXCLUSIVE', holdsUp: 'writers', work: 'change' }],
  [of('^delete from NAME'), { lock: 'ROW EXCLUSIVE', holdsUp: 'writers', work: 'change' }],
  [of('^insert into NAME'), { lock: 'ROW EXCLUSIVE', holdsUp: 'nobody', work: 'change' }],
  [/^drop\s+index/i, { lock: 'ACCESS EXCLUSIVE', holdsUp: 'everybody', work: 'none' }],
];

const references = of(' references NAME');

/** What the statement locks and does, as Postgres documents it; of what it does not know it assumes the worst lock. */
export function costOf(statement: string): StatementCost {
  const text = statement.replace(/^(\s*--[^\n]*\n)*\s*/, '');
  for (const [pattern, cost] of rules) {
    const found = pattern.exec(text.replaceAll('\n', ' '));
    if (found) return { table: found[1], referenced: references.exec(text)?.[1], ...cost };
  }
  return { table: undefined, lock: 'not known to this command', holdsUp: 'everybody', work: 'none' };
}

/**
 * The plan of a change for the operator: what the server is, and of each statement which lock it takes, on how many rows,
 * and for about how long. Nothing is changed.
 */
export async function describeChange(
  client: Pick<pg.PoolClient, 'query'>,
  statements: readonly string[],
): Promise<string[]> {
  const costs = statements.map(costOf);
  const tables = [
    ...new Set(costs.flatMap(({ table, referenced }) => [table, referenced]).filter((table) => table !== undefined)),
  ];
  const sizes = await readSizes(client, tables);
  const lines = [await describeServer(client)];
  for (const [table, { rows, bytes }] of sizes)
    lines.push(`  ${table}: about ${rows} rows, ${megabytes(bytes)} with its indexes`);
  for (const [at, cost] of costs.entries()) {
    lines.push(`  ${at + 1}. ${headOf(statements[at]!)}: ${effectOf(cost, sizes)}`);
  }
  lines.push('  All of it is one transaction: a lock, once taken, is held to the end.');
  return lines;
}

async function describeServer(client: Pick<pg.PoolClient, 'query'>): Promise<string> {
  const { rows } = await client.query<{ version: string; extensions: string | null; bytes: string; waiting: number }>(`
    select current_setting('server_version') as version, pg_database_size(current_database())::text as bytes,
      (select string_agg(extname || ' ' || extversion, ', ' order by extname) from pg_extension) as extensions`);
  const { version, extensions, bytes } = rows[0]!;
  return `Postgres ${version.split(' ')[0]}, extensions: ${extensions ?? 'none'}, database of ${megabytes(Number(bytes))}.`;
}

async function readSizes(client: Pick<pg.PoolClient, 'query'>, tables: string[]): Promise<Map<string, TableSize>> {
  const { rows } = await client.query<{ name: string; rows: number; bytes: string }>(
    `select c.relname as name, sum(greatest(part.reltuples, s.n_live_tup, 0))::float8 as rows,
       sum(pg_total_relation_size(part.oid))::text as bytes
     from pg_class c
     join pg_class part on part.relkind = 'r' and (part.oid = c.oid or part.oid in (select relid from pg_partition_tree(c.oid)))
     left join pg_stat_user_tables s on s.relid = part.oid
     where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace and c.relname = any($1)
     group by 1 order by 1`,
    [tables],
  );
  return new Map(rows.map((row) => [row.name, { rows: row.rows, bytes: Number(row.bytes) }]));
}

function effectOf(
  { lock, holdsUp, work, table, referenced }: StatementCost,
  sizes: ReadonlyMap<string, TableSize>,
): string {
  const size = table === undefined ? undefined : sizes.get(table);
  const isOther = referenced !== undefined && referenced !== table && sizes.has(referenced);
  if (table !== undefined && size === undefined && isOther)
    return `a new table, lock SHARE ROW EXCLUSIVE on ${referenced}, whose writers wait, well below a second (estimated)`;
  if (lock.startsWith('none') || (table !== undefined && size === undefined)) return 'a new table, nobody waits';
  const also = isOther ? `, on ${referenced} too` : '';
  const waits = { nobody: 'nobody waits', writers: 'writers wait', everybody: 'readers and writers wait' }[holdsUp];
  const seconds = size === undefined ? 0 : size.bytes / bytesPerSecond[work];
  const time =
    seconds < 0.1 ? 'well below a second' : `about ${seconds < 10 ? seconds.toFixed(1) : Math.round(seconds)} s`;
  return `lock ${lock}${also}, ${waits}, ${time} (estimated)`;
}

function headOf(statement: string): string {
  const line = statement.replace(/\s+/g, ' ').trim();
  return line.length > 90 ? `${line.slice(0, 89)}…` : line;
}

function megabytes(bytes: number): string {
  return bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(0)} MB`;
}
