import type { ConflictReason, EntityName } from '../errors.ts';

/** A key that at most one row has. Rows whose key is undefined are not in the index, as with a partial index. */
export interface UniqueKey<Row> {
  key(row: Row): string | undefined;
  /** What a second row with the key is refused with. */
  taken: ConflictReason;
}

/** Rows that share a key, kept in order, so that a list needs no sorting. Undefined: not in the index. */
export interface Group<Row> {
  key(row: Row): string | undefined;
  /** Ascending; never 0 for two different rows. May look at fewer columns than a row has: see `PositionIn`. */
  compare(a: Row, b: Row): number;
}

/** A foreign key. */
export interface Reference<Row> {
  to: AnyTable;
  /** The primary key of the parent; undefined: none is named. */
  key(row: Row): string | undefined;
  /** What a row that names a missing parent is refused with. */
  missing: EntityName;
  /** What becomes of the row when its parent goes. */
  onDelete: 'cascade' | 'restrict' | { setNull: string };
  /** The group in which a parent's children are looked for; without it, all rows are looked through. */
  children?: { group: string; key(parent: object): string };
}

/** What one table promises: its keys, its orders, its references. The twin of a table in `shared/tables`. */
export interface TableDefinition<
  Row extends object,
  Uniques extends Record<string, UniqueKey<Row>> = Record<string, UniqueKey<Row>>,
  Groups extends Record<string, Group<Row>> = Record<string, Group<Row>>,
> {
  name: string;
  key(row: Row): string;
  /** What a second row with the same primary key is refused with. */
  taken: ConflictReason;
  /** Columns of type `jsonb`. */
  json: readonly (keyof Row)[];
  uniques: Uniques;
  groups: Groups;
  /** In the order in which a missing parent is reported. */
  references: readonly Reference<Row>[];
}

// A row type stands where the table is known by its definition alone. Methods are compared bivariantly, so any
// definition fits; the views that hand rows out are typed by the definition they are asked for.
export type AnyTable = TableDefinition<object>;

/** A definition as one of any table. */
export function untyped(table: { name: string }): AnyTable {
  return table as AnyTable;
}

/** As much of a row as the order of a group looks at. */
export type PositionIn<Groups, Name extends keyof Groups> = Groups[Name] extends {
  compare(a: infer Position, b: never): number;
}
  ? Position
  : never;

/** Lets the names of keys and groups be inferred while the row type is given. */
export function defineTable<Row extends object>() {
  return <Uniques extends Record<string, UniqueKey<Row>>, Groups extends Record<string, Group<Row>>>(
    definition: TableDefinition<Row, Uniques, Groups>,
  ): TableDefinition<Row, Uniques, Groups> => definition;
}

/** The committed rows of one table and its indexes. Row objects are never changed, only replaced. */
export class MemTable<Row extends object> {
  readonly definition: TableDefinition<Row>;
  readonly rows = new Map<string, Row>();
  /** How often it was changed: who remembers the number knows whether it was changed since. */
  changes = 0;
  private readonly uniques = new Map<string, Map<string, string>>();
  private readonly groups = new Map<string, Map<string, Row[]>>();

  constructor(definition: TableDefinition<Row>) {
    this.definition = definition;
    for (const name in definition.uniques) this.uniques.set(name, new Map());
    for (const name in definition.groups) this.groups.set(name, new Map());
  }

  /** The primary key of the row with this unique key. */
  holder(unique: string, key: string): string | undefined {
    return this.uniques.get(unique)?.get(key);
  }

  /** The rows of a group, ascending. Not to be changed. */
  group(name: string, key: string): readonly Row[] {
    return this.groups.get(name)?.get(key) ?? [];
  }

  /** Takes rows out. */
  remove(rows: readonly Row[]): void {
    this.changes += rows.length;
    const shrinking = new Map<Map<string, Row[]>, Map<string, Row[]>>();
    for (const row of rows) {
      this.rows.delete(this.definition.key(row));
      this.forgetKeys(row);
      this.eachGroup(row, (index, key) => {
        const groups = shrinking.get(index) ?? new Map<string, Row[]>();
        shrinking.set(index, groups);
        const gone = groups.get(key);
        if (gone) gone.push(row);
        else groups.set(key, [row]);
      });
    }
    for (const [name, index] of this.groups) {
      const { compare } = this.definition.groups[name]!;
      for (const [key, gone] of shrinking.get(index) ?? []) takeOut(index, key, gone, compare);
    }
  }

  /** Frees the unique keys of a row that is about to be replaced, so that another row can have them. */
  forgetKeys(row: Row): void {
    for (const [name, index] of this.uniques) {
      const key = this.definition.uniques[name]!.key(row);
      if (key !== undefined) index.delete(key);
    }
  }

  /** Puts in a new row. */
  add(row: Row): void {
    this.changes++;
    this.keep(row);
    this.eachGroup(row, (index, key, compare) => insert(index, key, row, compare));
  }

  /** Puts `after` in the place of `before`, whose unique keys have been freed. Both have the same primary key. */
  replace(before: Row, after: Row): void {
    this.changes++;
    this.keep(after);
    for (const [name, index] of this.groups) {
      const { key, compare } = this.definition.groups[name]!;
      const [from, to] = [key(before), key(after)];
      if (from !== undefined) {
        const rows = index.get(from)!;
        const at = positionOf(rows, before, compare);
        // Most changes leave a row where it is in its order.
        const stays =
          from === to && !(compare(rows[at - 1] ?? after, after) > 0 || compare(after, rows[at + 1] ?? after) > 0);
        if (stays) {
          rows[at] = after;
          continue;
        }
        if (rows.length === 1) index.delete(from);
        else rows.splice(at, 1);
      }
      if (to !== undefined) insert(index, to, after, compare);
    }
  }

  private keep(row: Row): void {
    const primary = this.definition.key(row);
    this.rows.set(primary, row);
    for (const [name, index] of this.uniques) {
      const key = this.definition.uniques[name]!.key(row);
      if (key !== undefined) index.set(key, primary);
    }
  }

  private eachGroup(
    row: Row,
    visit: (index: Map<string, Row[]>, key: string, compare: (a: Row, b: Row) => number) => void,
  ): void {
    for (const [name, index] of this.groups) {
      const { key, compare } = this.definition.groups[name]!;
      const group = key(row);
      if (group !== undefined) visit(index, group, compare);
    }
  }
}

function insert<Row>(index: Map<string, Row[]>, key: string, row: Row, compare: (a: Row, b: Row) => number): void {
  const rows = index.get(key);
  if (rows === undefined) index.set(key, [row]);
  else rows.splice(positionOf(rows, row, compare), 0, row);
}

/** Above this one pass over the group is cheaper than to close a gap for each. */
const gapsMax = 8;

function takeOut<Row>(index: Map<string, Row[]>, key: string, gone: Row[], compare: (a: Row, b: Row) => number): void {
  const rows = index.get(key)!;
  if (gone.length === rows.length) index.delete(key);
  else if (gone.length <= gapsMax) for (const row of gone) rows.splice(positionOf(rows, row, compare), 1);
  else {
    const out = new Set(gone);
    index.set(
      key,
      rows.filter((row) => !out.has(row)),
    );
  }
}

/** How many rows come before `position` in ascending order. New rows mostly belong at the end: it is tried first. */
export function positionOf<Position>(
  rows: readonly Position[],
  position: Position,
  compare: (a: Position, b: Position) => number,
): number {
  let low = 0;
  let high = rows.length;
  if (high > 0 && compare(rows[high - 1]!, position) < 0) return high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(rows[middle]!, position) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}
