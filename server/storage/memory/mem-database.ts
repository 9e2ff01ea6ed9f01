import { ConflictError } from '../errors.ts';
import { allTables } from './mem-all-tables.ts';
import {
  type AnyTable,
  type Group,
  MemTable,
  type Reference,
  type TableDefinition,
  type UniqueKey,
  untyped,
} from './mem-table.ts';
import { type Surroundings, TableView } from './mem-view.ts';

/** For each table, the references by which rows of others (and its own) hang on it. */
const referencesTo = new Map<AnyTable, Array<{ from: AnyTable; reference: Reference<object> }>>();
for (const from of allTables) {
  for (const reference of from.references) {
    const known = referencesTo.get(reference.to) ?? [];
    referencesTo.set(reference.to, [...known, { from, reference }]);
  }
}

/**
 * The committed rows of all tables. They change in one place, `commit`, which is synchronous: nobody sees half of it.
 */
export class MemDatabase {
  private readonly tables = new Map<AnyTable, MemTable<object>>(allTables.map((table) => [table, new MemTable(table)]));
  /** Counts commits that changed something, so that a transaction knows whether it was alone. */
  private version = 0;

  begin(): MemTransaction {
    return new MemTransaction(this.tables, this.version);
  }

  /**
   * Makes everything the transaction wrote visible at once. Answers false, and changes nothing, when it does not fit
   * what others have committed since it began: then its work is to be done again from the start.
   */
  commit(transaction: MemTransaction): boolean {
    const views = transaction.writtenViews();
    if (transaction.version !== this.version) {
      if (transaction.mustBeAlone || !views.every((view) => this.fits(view, transaction))) return false;
    }
    let changed = false;
    for (const { base, writes } of views) {
      const replaced = new Map<string, object>();
      const removed: object[] = [];
      for (const [key, row] of writes) {
        const before = base.rows.get(key);
        if (before === undefined) continue;
        if (row === null) removed.push(before);
        else {
          base.forgetKeys(before);
          replaced.set(key, before);
        }
      }
      base.remove(removed);
      for (const [key, row] of writes) {
        if (row === null) continue;
        const before = replaced.get(key);
        if (before === undefined) base.add(row);
        else base.replace(before, row);
      }
      changed ||= writes.size > 0;
    }
    if (changed) this.version++;
    for (const tell of transaction.afterCommit) tell(() => this.begin());
    return true;
  }

  /** The rows of every table as they are now, parents before children. The row objects never change. */
  snapshot(): Array<{ table: AnyTable; rows: object[] }> {
    return allTables.map((table) => ({ table, rows: [...this.tables.get(table)!.rows.values()] }));
  }

  private fits(view: TableView<object>, transaction: MemTransaction): boolean {
    const { base, writes, seen } = view;
    const { definition } = base;
    for (const [key, row] of seen) if (base.rows.get(key) !== row) return false;
    const removed = new Map<string, object>();
    for (const [key, row] of writes) {
      if (row === null) {
        const before = base.rows.get(key);
        if (before !== undefined) removed.set(key, before);
        continue;
      }
      for (const name in definition.uniques) {
        const value = definition.uniques[name]!.key(row);
        const holder = value === undefined ? undefined : base.holder(name, value);
        if (holder !== undefined && holder !== key && !writes.has(holder)) return false;
      }
      for (const reference of definition.references) {
        const parent = reference.key(row);
        if (parent !== undefined && !transaction.exists(reference.to, parent)) return false;
      }
    }
    // Children that others have committed since: of what this transaction removed they were not part.
    for (const { from, reference } of removed.size === 0 ? [] : (referencesTo.get(definition) ?? [])) {
      if (transaction.of(from).childrenOf(reference, removed).length > 0) return false;
    }
    return true;
  }
}

/** What one piece of work sees and has written. Without writes it is a plain look at the committed rows. */
export class MemTransaction implements Surroundings {
  /** The state of the database this began on. */
  readonly version: number;
  /** It does not fit whatever others have committed since it began. */
  mustBeAlone = false;
  /** Called once it is committed, with what begins a look at the rows as they are then. They must not throw. */
  readonly afterCommit: Array<(begin: () => MemTransaction) => void> = [];
  private readonly tables: ReadonlyMap<AnyTable, MemTable<object>>;
  private readonly views = new Map<AnyTable, TableView<object>>();
  /** How deep in a cascade this is; the restrictions are looked at when the whole of it is done. */
  private removals = 0;
  private readonly restrictions: Array<() => object[]> = [];

  constructor(tables: ReadonlyMap<AnyTable, MemTable<object>>, version: number) {
    this.tables = tables;
    this.version = version;
  }

  of<Row extends object, Uniques extends Record<string, UniqueKey<Row>>, Groups extends Record<string, Group<Row>>>(
    definition: TableDefinition<Row, Uniques, Groups>,
  ): TableView<Row, Uniques, Groups> {
    const table = untyped(definition);
    let view = this.views.get(table);
    if (view === undefined) {
      view = new TableView(table, this.tables.get(table)!, this);
      this.views.set(table, view);
    }
    return view as unknown as TableView<Row, Uniques, Groups>;
  }

  exists(table: AnyTable, key: string): boolean {
    return this.of(table).get(key) !== undefined;
  }

  /** As the foreign keys say: children go too, or lose their parent, or, once all that has been done, must not be. */
  orphan(table: AnyTable, parents: ReadonlyMap<string, object>): void {
    this.removals++;
    for (const { from, reference } of referencesTo.get(table) ?? []) {
      const { onDelete } = reference;
      const view = this.of(from);
      const children = () => view.childrenOf(reference, parents);
      if (onDelete === 'cascade') view.remove(children());
      else if (onDelete === 'restrict') this.restrictions.push(children);
      else for (const child of children()) view.update(child, { [onDelete.setNull]: null });
    }
    if (--this.removals > 0) return;
    const restrictions = this.restrictions.splice(0);
    if (restrictions.some((children) => children().length > 0)) throw new ConflictError('in_use');
  }

  writtenViews(): Array<TableView<object>> {
    return [...this.views.values()].filter((view) => view.seen.size > 0);
  }
}
