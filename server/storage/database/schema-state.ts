import type pg from 'pg';
import { type Catalog, compareCatalogs, readCatalog } from './catalog.ts';
import {
  createMigrationsTable,
  hasMigrationsTable,
  lockMigrations,
  MIGRATIONS_TABLE,
  type Migration,
  readMigrations,
  recordMigration,
} from './migrate.ts';
import expectedCatalog from './schema-catalog.json' with { type: 'json' };

/**
 * What a database holds, compared with what this version of Confab needs.
 *
 * - `empty`: no table at all.
 * - `current`: Confab's tables as this version needs them, made by migrations or by `db:push`.
 * - `behind`: made by migrations, of which this version has newer ones.
 * - `ahead`: made by migrations that this version does not know.
 * - `foreign`: tables, but not Confab's.
 * - `different`: Confab's tables, but not as any sequence of this version's migrations leaves them.
 */
export interface SchemaState {
  kind: 'empty' | 'current' | 'behind' | 'ahead' | 'foreign' | 'different';
  /** Tags of the recorded migrations that this version knows, in order. Empty for a database made by `db:push`. */
  appliedMigrations: string[];
  /** Tags of the migrations to apply, in order. */
  pending: string[];
  /** What is not as it should be, a plain sentence each. */
  differences: string[];
}

/**
 * Finds out what the database holds. Where migrations are recorded, the record is believed and this is one short query,
 * fit for every start; without a record, or with `thorough`, the catalog is compared.
 */
export async function readSchemaState(
  pool: Pick<pg.Pool, 'query'>,
  options: { thorough?: boolean; migrations?: Migration[] } = {},
): Promise<SchemaState> {
  const migrations = options.migrations ?? readMigrations();
  const records = await readRecords(pool);
  if (records.length === 0) return stateOfUnrecorded(pool, migrations);
  const state = stateOfRecorded(migrations, records);
  if (state.kind !== 'current' || options.thorough !== true) return state;
  const differences = await differencesIn(pool);
  return differences.length === 0 ? state : { ...state, kind: 'different', differences };
}

/**
 * The state in one plain sentence, with the command that mends it where one is needed. Of many differences it tells the
 * first few.
 */
export function describeState(state: SchemaState): string {
  return descriptions[state.kind](state);
}

/**
 * Records all migrations as applied in a database that `db:push` has made, so that the next ones can be applied to it.
 * Harmless when they are recorded already.
 * @throws SchemaDifferenceError when the tables are not as the migrations would have left them; nothing is recorded
 */
export async function recordBaseline(pool: pg.Pool): Promise<void> {
  const client = await pool.connect();
  let broken = false;
  try {
    await client.query('begin');
    await lockMigrations(client);
    const state = await readSchemaState(client, { thorough: true });
    if (state.kind !== 'current') throw new SchemaDifferenceError(state);
    if (state.appliedMigrations.length === 0) await writeRecords(client);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => {
      broken = true;
    });
    throw error;
  } finally {
    client.release(broken);
  }
}

/** The database is not as this version needs it. The message says how, and which command mends it. */
export class SchemaDifferenceError extends Error {
  override readonly name = 'SchemaDifferenceError';
  readonly state: SchemaState;
  constructor(state: SchemaState) {
    super(describeState(state));
    this.state = state;
  }
}

/** The names of Confab's tables. */
export const tableNames = Object.keys(expectedCatalog);

interface MigrationRecord {
  hash: string;
  /** The migration's `when`. */
  when: number;
}

/** In order; empty when there is no table of records. */
async function readRecords(pool: Pick<pg.Pool, 'query'>): Promise<MigrationRecord[]> {
  if (!(await hasMigrationsTable(pool))) return [];
  const { rows } = await pool.query<{ hash: string; when: string }>(
    `select hash, created_at as "when" from ${MIGRATIONS_TABLE} order by created_at`,
  );
  return rows.map(({ hash, when }) => ({ hash, when: Number(when) }));
}

function stateOfRecorded(migrations: Migration[], records: MigrationRecord[]): SchemaState {
  const newest = records.at(-1)!;
  const appliedMigrations = migrations.filter(({ when }) => when <= newest.when).map(({ tag }) => tag);
  const pending = migrations.filter(({ when }) => when > newest.when).map(({ tag }) => tag);
  const state = { appliedMigrations, pending, differences: [] };
  if (newest.when > (migrations.at(-1)?.when ?? 0)) return { ...state, kind: 'ahead' };
  const differences = migrations
    .filter(({ when }) => when <= newest.when)
    .filter(({ when, hash }) => !records.some((record) => record.when === when && record.hash === hash))
    .map(({ tag }) => `The migration ${tag} was applied in another form than this version has it, or not at all.`);
  if (differences.length > 0) return { ...state, kind: 'different', differences };
  return { ...state, kind: pending.length > 0 ? 'behind' : 'current' };
}

async function stateOfUnrecorded(pool: Pick<pg.Pool, 'query'>, migrations: Migration[]): Promise<SchemaState> {
  const state = { appliedMigrations: [], pending: migrations.map(({ tag }) => tag), differences: [] };
  const { rows } = await pool.query<{ own: number; all: number }>(tablesQuery, [tableNames]);
  const { own, all } = rows[0]!;
  if (all === 0) return { ...state, kind: 'empty' };
  // Names such as users and session occur in many programs; a few of them do not make a database Confab's.
  if (own < tableNames.length / 2) return { ...state, kind: 'foreign' };
  const differences = await differencesIn(pool);
  if (differences.length > 0) return { ...state, pending: [], kind: 'different', differences };
  return { ...state, pending: [], kind: 'current' };
}

const tablesQuery = `
select count(*) filter (where n.nspname = 'public' and c.relname = any($1))::integer as own, count(*)::integer as "all"
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and n.nspname not in ('pg_catalog', 'information_schema', 'drizzle')
  and n.nspname !~ '^pg_(toast|temp)'
  and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')`;

async function differencesIn(pool: Pick<pg.Pool, 'query'>): Promise<string[]> {
  return compareCatalogs(expectedCatalog as Catalog, await readCatalog(pool, tableNames));
}

async function writeRecords(client: pg.PoolClient): Promise<void> {
  if (!(await hasMigrationsTable(client))) await createMigrationsTable(client);
  for (const migration of readMigrations()) await recordMigration(client, migration);
}

const descriptions: Record<SchemaState['kind'], (state: SchemaState) => string> = {
  empty: () => 'The database is empty: run npm run db:migrate to create its tables.',
  current: ({ appliedMigrations }) =>
    appliedMigrations.length === 0
      ? 'The database is up to date; db:push made it, so no migrations are recorded in it.'
      : `The database is up to date, with ${count(appliedMigrations, 'migration')} applied.`,
  behind: ({ pending }) =>
    `The database lacks ${count(pending, 'migration')} of this version (${pending.join(', ')}): run npm run db:migrate.`,
  ahead: () =>
    'The database was migrated by a newer version of Confab than this one: start that version, or a newer one.',
  foreign: () =>
    'The database holds the tables of another program and not those of Confab: name a database of its own in DATABASE_URL, or run npm run db:migrate to create them beside the others.',
  different: ({ differences }) =>
    `The tables in the database are not as this version needs them (${some(differences)}): run npm run db:status for the whole list, and npm run db:push to bring a development database into shape.`,
};

function count(things: string[], noun: string): string {
  return `${things.length} ${noun}${things.length === 1 ? '' : 's'}`;
}

const DIFFERENCES_SHOWN = 3;

function some(differences: string[]): string {
  const shown = differences.slice(0, DIFFERENCES_SHOWN).map((text) => text.replace(/^The/, 'the').replace(/\.$/, ''));
  const more = differences.length - DIFFERENCES_SHOWN;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}
