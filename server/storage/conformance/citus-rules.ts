import type { Catalog } from '../database/catalog.ts';
import { conditionsOf, isColumn, normalise, notAnAlias } from './unscoped-sql.ts';

/*
 * Whether tables and statements fit a Postgres that Citus has spread over several machines. The rules are Citus's own:
 * https://docs.citusdata.com/en/stable/develop/reference_ddl.html (keys, foreign keys) and
 * https://docs.citusdata.com/en/stable/develop/reference_workarounds.html (statements).
 */

/** The column by whose value a row finds its machine. */
const distributionColumn = 'client_id';

/**
 * Whole on every machine: what is read to find out whose request it is, small, and seldom written. Their unique keys
 * need not name the client, by which they are looked up before it is known.
 */
export const referenceTables: ReadonlySet<string> = new Set([
  'users',
  'clients',
  'members',
  'client_widgets',
  'api_keys',
  'invitations',
]);

/** On the coordinator alone: what is asked for by its own key and never together with rows of clients. */
export const localTables: ReadonlySet<string> = new Set([
  'session',
  'tallies',
  'removed_files',
  'user_tokens',
  'user_second_factors',
]);

type Kind = 'distributed' | 'reference' | 'local';

export function kindOf(table: string): Kind {
  return referenceTables.has(table) ? 'reference' : localTables.has(table) ? 'local' : 'distributed';
}

/** One line for each part of the schema that Citus would refuse; empty when there is none. */
export function schemaFaults(catalog: Catalog): string[] {
  return Object.entries(catalog).flatMap(([table, { columns, constraints, indexes }]) => {
    const kind = kindOf(table);
    const faults = Object.entries(columns)
      .filter(([, definition]) => /\b(nextval|generated)\b/i.test(definition))
      .map(([name]) => `${table}.${name} is numbered by a sequence`);
    if (kind === 'distributed' && !(distributionColumn in columns))
      faults.push(`${table} has no ${distributionColumn}`);
    for (const [name, definition] of Object.entries(constraints)) {
      if (definition.startsWith('FOREIGN KEY')) faults.push(...foreignKeyFaults(table, name, definition));
      else if (/^(PRIMARY KEY|UNIQUE|EXCLUDE)/.test(definition)) faults.push(...keyFaults(table, name, definition));
    }
    for (const [name, definition] of Object.entries(indexes)) {
      if (definition.startsWith('CREATE UNIQUE')) faults.push(...keyFaults(table, name, definition));
    }
    return faults;
  });
}

function keyFaults(table: string, name: string, definition: string): string[] {
  if (kindOf(table) !== 'distributed' || listIn(definition).includes(distributionColumn)) return [];
  return [`${name} of ${table} is unique across machines: it does not name ${distributionColumn}`];
}

function foreignKeyFaults(table: string, name: string, definition: string): string[] {
  const [, own = '', parent = '', theirs = ''] =
    /^FOREIGN KEY \(([^)]*)\) REFERENCES (\w+)\(([^)]*)\)/.exec(definition) ?? [];
  const [from, to] = [kindOf(table), kindOf(parent)];
  const columns = own.split(', ');
  const at = columns.indexOf(distributionColumn);
  const fault = (why: string) => [`${name} of ${table}: ${why}`];
  if (to === 'local' && from !== 'local') return fault(`refers to ${parent}, which is on the coordinator alone`);
  if (from === 'reference' && to === 'distributed') return fault(`refers to ${parent}, which is distributed`);
  if (from === 'local' && to === 'distributed') return fault(`refers to ${parent}, which is distributed`);
  if (from !== 'distributed') return [];
  if (to === 'distributed' && (at === -1 || theirs.split(', ').indexOf(distributionColumn) !== at)) {
    return fault(`does not name ${distributionColumn} in the same place on both sides`);
  }
  const sets = /ON (DELETE|UPDATE) SET (NULL|DEFAULT)|ON UPDATE CASCADE/.exec(definition);
  return at !== -1 && sets !== null ? fault(`${sets[0]} on a key that names ${distributionColumn}`) : [];
}

/** The columns of the first pair of brackets. */
const listIn = (definition: string): string[] => /\(([^)]*)\)/.exec(definition)?.[1]?.split(', ') ?? [];

const volatile = /\b(clock_timestamp|random|gen_random_uuid|nextval|statement_timestamp|timeofday)\s*\(/;

/**
 * Why a statement cannot be sent to the one machine that has the client's rows, or Citus would refuse it there; empty
 * when it can, or when it touches no distributed table. Meant for the SQL of this project.
 */
export function statementFaults(sql: string, tables: readonly string[]): string[] {
  const text = normalise(sql);
  const uses = tables.flatMap((table) => usesOf(text, table));
  const distributed = uses.filter(({ table }) => kindOf(table) === 'distributed');
  if (distributed.length === 0) return [];
  const faults = new Set<string>();
  const constants = namesTiedToOneClient(text, uses);
  for (const { table, name, isInserted, before, after } of distributed) {
    if (isInserted ? !insertsForOneClient(after) : !constants.has(name)) {
      faults.add(`${table} is not tied to one client`);
    }
    if (/\b(insert into|update|delete from) $/.test(before) && isInsideCte(before)) {
      faults.add('changes rows inside WITH');
    }
  }
  for (const { table } of uses) {
    if (kindOf(table) === 'local') faults.add(`${table} is on the coordinator alone`);
  }
  if (/\bset (?:[^()]*, )?client_id = /.test(text)) faults.add(`changes ${distributionColumn}`);
  if (/^(with .* )?update\b/.test(text) && volatile.test(text)) faults.add('an update calls a volatile function');
  if (/\binsert into \w+ \([^)]*\) values \(.*\(select\b/.test(text)) faults.add('an insert holds a subquery');
  return [...faults].sort();
}

interface Use {
  table: string;
  /** The alias, or the table's own name. */
  name: string;
  isInserted: boolean;
  before: string;
  after: string;
}

function usesOf(text: string, table: string): Use[] {
  return [...text.matchAll(new RegExp(`(?<![\\w.])${table}(?![\\w.])`, 'g'))].flatMap(({ index }) => {
    const [before, after] = [text.slice(0, index), text.slice(index + table.length)];
    const isTable = /\b(?:(?:from|join|update|insert into)(?: only)? |from (?:\w+(?: \w+)?, )+)$/.test(before);
    if (!isTable || isColumn(before, after)) return [];
    const alias = /^ (?:as )?([a-z_]\w*)/.exec(after)?.[1];
    const name = alias === undefined || notAnAlias.has(alias) ? table : alias;
    return [{ table, name, isInserted: /\binsert into $/.test(before), before, after }];
  });
}

/** Names whose client is a value of the statement, directly or because it equals that of another such name. */
function namesTiedToOneClient(text: string, uses: Use[]): Set<string> {
  const conditions = conditionsOf(text);
  const tied = new Set<string>();
  const column = (name: string) => `${name}.${name === 'clients' ? 'id' : distributionColumn}`;
  const names = [...new Set(uses.map(({ name }) => name))];
  for (const name of names) {
    if (new RegExp(`\\b${column(name)} = \\$\\d+`).test(conditions)) tied.add(name);
  }
  for (let before = -1; before !== tied.size; ) {
    before = tied.size;
    for (const name of names) {
      const equal = [...tied].some((other) =>
        new RegExp(`\\b(${column(name)} = ${column(other)}|${column(other)} = ${column(name)})(?!\\w)`).test(
          conditions,
        ),
      );
      if (equal) tied.add(name);
    }
  }
  return tied;
}

/** Whether the rows say whose they are by values, not by what a query or a list of any clients finds. */
function insertsForOneClient(after: string): boolean {
  const columns = /^ \(([^)]*)\)/.exec(after)?.[1]?.split(', ') ?? [];
  const at = columns.indexOf(distributionColumn);
  const given = /^ \([^)]*\) (?:values \(|select )(.*)/.exec(after)?.[1]?.split(', ')[at];
  return at !== -1 && /^\$\d+(?:::uuid)?(?!\w)/.test(given ?? '');
}

/** Whether a bracket of a WITH is open here. */
function isInsideCte(before: string): boolean {
  let depth = 0;
  for (const letter of before) depth += letter === '(' ? 1 : letter === ')' ? -1 : 0;
  return depth > 0 && /\bwith\b/.test(before);
}
