import { ConflictError, NotFoundError } from '../errors.ts';
import {
  type AnyTable,
  type Group,
  type MemTable,
  type PositionIn,
  positionOf,
  type Reference,
  type TableDefinition,
  type UniqueKey,
  untyped,
} from './mem-table.ts';
import { asJson, copy, given } from './mem-values.ts';

/** What a view needs to know of the other tables of its transaction. */
export interface Surroundings {
  exists(table: AnyTable, key: string): boolean;
  /** Deals with the children of rows that have just been removed. */
  orphan(table: AnyTable, parents: ReadonlyMap<string, object>): void;
}

/**
 * One table as a transaction sees it: what it has written, over what is committed now. Nothing reaches the committed
 * rows before the commit. Rows handed out are the stored ones: to be read, never to be changed.
 */
export class TableView<
  Row extends object,
  Uniques extends Record<string, UniqueKey<Row>> = Record<string, UniqueKey<Row>>,
  Groups extends Record<string, Group<Row>> = Record<string, Group<Row>>,
> {
  readonly base: MemTable<Row>;
  /** By primary key: the row as written, or null where it has been removed. */
  readonly writes = new Map<string, Row | null>();
  /** By primary key: the committed row that a write or a lock was built on. Its identity is compared at the commit. */
  readonly seen = new Map<string, Row | undefined>();
  private readonly definition: TableDefinition<Row, Uniques, Groups>;
  private readonly surroundings: Surroundings;
  /** Unique keys of the rows in `writes`, and whose they are. */
  private readonly writtenKeys = new Map<string, string>();
  /** How many of `writes` are rows. A removed client leaves a great many that are not, and none to look at. */
  private written = 0;

  constructor(definition: TableDefinition<Row, Uniques, Groups>, base: MemTable<Row>, surroundings: Surroundings) {
    this.definition = definition;
    this.base = base;
    this.surroundings = surroundings;
  }

  get(key: string): Row | undefined {
    const written = this.writes.get(key);
    return written === undefined ? this.base.rows.get(key) : (written ?? undefined);
  }

  findBy(unique: keyof Uniques & string, key: string): Row | undefined {
    const written = this.writtenKeys.get(`${unique}:${key}`);
    if (written !== undefined) return this.get(written);
    const holder = this.base.holder(unique, key);
    return holder === undefined || this.writes.has(holder) ? undefined : this.base.rows.get(holder);
  }

  isEmpty(): boolean {
    for (const row of this.writes.values()) if (row !== null) return false;
    for (const key of this.base.rows.keys()) if (!this.writes.has(key)) return false;
    return true;
  }

  /** Every row, in no particular order. */
  all(): Row[] {
    const rows = [...this.writes.values()].filter((row) => row !== null);
    for (const [key, row] of this.base.rows) if (!this.writes.has(key)) rows.push(row);
    return rows;
  }

  /**
   * The rows of a group in order, only those beyond a position (in the direction of reading) when one is given. The
   * table must not be written while the rows are being read.
   */
  *scan<Name extends keyof Groups & string>(
    group: Name,
    key: string,
    options: { descending?: boolean; beyond?: PositionIn<Groups, Name> | undefined } = {},
  ): Generator<Row, void, undefined> {
    const { definition, base, writes } = this;
    const { key: groupOf, compare } = definition.groups[group]!;
    const direction = options.descending ? -1 : 1;
    // `compare` looks at no more of a row than its position has.
    const beyond = options.beyond as Row | undefined;
    const isBeyond = (row: Row) => beyond === undefined || compare(row, beyond) * direction > 0;

    const own: Row[] = [];
    for (const row of this.written > 0 ? writes.values() : []) {
      if (row !== null && groupOf(row) === key && isBeyond(row)) own.push(row);
    }
    own.sort((a, b) => compare(a, b) * direction);

    const rows = base.group(group, key);
    let at = options.descending ? rows.length - 1 : 0;
    if (beyond !== undefined) {
      at = positionOf(rows, beyond, compare);
      if (options.descending) at--;
      else if (at < rows.length && compare(rows[at]!, beyond) === 0) at++;
    }
    let next = 0;
    for (; at >= 0 && at < rows.length; at += direction) {
      const row = rows[at]!;
      if (writes.size > 0 && writes.has(definition.key(row))) continue;
      while (next < own.length && compare(own[next]!, row) * direction < 0) yield own[next++]!;
      yield row;
    }
    while (next < own.length) yield own[next++]!;
  }

  /** Makes the commit fail when somebody else changes the row before it, as a row lock would make them wait. */
  lock(row: Row): void {
    this.see(this.definition.key(row));
  }

  /** @throws ConflictError when a key is taken. @throws NotFoundError when a parent is missing. */
  insert(row: Row): Row {
    const key = this.definition.key(row);
    if (this.get(key) !== undefined) throw new ConflictError(this.definition.taken);
    return this.put(key, undefined, row);
  }

  /** Changes the fields that are not undefined. @throws as `insert` */
  update(row: Row, fields: { [Column in keyof Row]?: Row[Column] | undefined }): Row {
    return this.put(this.definition.key(row), row, { ...row, ...given(fields) } as Row);
  }

  /** Removes rows with all that hangs on them. @throws ConflictError `in_use` when something must stay. */
  remove(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const removed = new Map<string, object>();
    for (const row of rows) {
      const key = this.definition.key(row);
      this.see(key);
      this.forgetKeys(row);
      if (this.writes.get(key)) this.written--;
      this.writes.set(key, null);
      removed.set(key, row);
    }
    this.surroundings.orphan(untyped(this.definition), removed);
  }

  private put(key: string, before: Row | undefined, after: Row): Row {
    const { definition } = this;
    const row = this.own(before, after);
    for (const name in definition.uniques) {
      const unique = definition.uniques[name]!;
      const value = unique.key(row);
      if (value === undefined || (before !== undefined && unique.key(before) === value)) continue;
      if (this.findBy(name, value) !== undefined) throw new ConflictError(unique.taken);
    }
    for (const reference of definition.references) {
      const parent = reference.key(row);
      if (parent === undefined || (before !== undefined && reference.key(before) === parent)) continue;
      if (!this.surroundings.exists(reference.to, parent)) throw new NotFoundError(reference.missing);
    }
    this.see(key);
    if (before !== undefined) this.forgetKeys(before);
    for (const name in definition.uniques) {
      const value = definition.uniques[name]!.key(row);
      if (value !== undefined) this.writtenKeys.set(`${name}:${value}`, key);
    }
    if (!this.writes.get(key)) this.written++;
    this.writes.set(key, row);
    return row;
  }

  /** The row with nothing in it that anybody else holds. Values taken over from the stored row are nobody else's. */
  private own(before: Row | undefined, after: Row): Row {
    const row = { ...after };
    for (const column in row) {
      const value = row[column];
      if (typeof value !== 'object' || value === null || value === before?.[column]) continue;
      row[column] = this.definition.json.includes(column) ? asJson(value) : copy(value);
    }
    return row;
  }

  private see(key: string): void {
    if (!this.seen.has(key)) this.seen.set(key, this.base.rows.get(key));
  }

  private forgetKeys(row: Row): void {
    for (const name in this.definition.uniques) {
      const value = this.definition.uniques[name]!.key(row);
      if (value !== undefined) this.writtenKeys.delete(`${name}:${value}`);
    }
  }

  /** The rows, by primary key, that refer to one of `parents` through `reference`, a reference of this table. */
  childrenOf(reference: Reference<Row>, parents: ReadonlyMap<string, object>): Row[] {
    const refersToOne = (row: Row) => {
      const key = reference.key(row);
      return key !== undefined && parents.has(key);
    };
    const { children } = reference;
    if (children === undefined) return this.all().filter(refersToOne);
    const groups = new Set([...parents.values()].map((parent) => children.key(parent)));
    const found: Row[] = [];
    for (const group of groups) {
      for (const row of this.scan(children.group as keyof Groups & string, group)) {
        if (refersToOne(row)) found.push(row);
      }
    }
    return found;
  }
}
