import type { ClientId } from '../../shared/ids.ts';
import type { SessionEntry } from '../http/session-store/session-store.ts';
import type { TransferRow } from '../storage/repositories/transfer.ts';
import type { StorageScope } from '../storage/storage.ts';
import { type TransferTable, transferTable } from '../storage/transfer-tables.ts';
import { type CheckedExport, checkExport } from './check-export.ts';
import { ExportFileError, fileColumn, sessionsName, sharedTables } from './export-format.ts';
import { IncomingFile } from './incoming-file.ts';
import { type Progress, unheard } from './progress.ts';
import { type ExportEntry, readExport } from './read-export.ts';
import { clearHouse, filesOf, readAll } from './target.ts';
import type { House } from './write-export.ts';

export interface ImportOptions {
  path: string;
  /** What the file brings takes the place of what is there: the whole installation, or the clients of the file. */
  replace: boolean;
  /** What the file brings is added to what is there; people with the same address are the same person. */
  merge: boolean;
  progress?: Progress;
}

export interface ImportSummary {
  checked: CheckedExport;
  /** Rows stored, by table. */
  stored: Record<string, number>;
}

/** What is there is in the way, and nothing was changed. The message is for the operator. */
export class ImportRefusedError extends Error {
  override readonly name = 'ImportRefusedError';
}

/**
 * Checks a file whole, then stores everything in it in one transaction. The index of passages is made anew.
 * @throws ExportFileError, ImportRefusedError, and what storage and file store say; nothing has been changed then
 */
export async function importExport(house: House, options: ImportOptions): Promise<ImportSummary> {
  const checked = await checkExport(options.path, options.progress);
  const run = new ImportRun(house, checked, options);
  try {
    await house.storage.transaction((scope) => run.store(scope));
  } catch (error) {
    await run.removeFiles();
    throw error;
  }
  await run.finish();
  return { checked, stored: run.stored };
}

const batchRows = 500;
const batchChars = 1_000_000;

/** Columns that name users without a foreign key to them, or as members. */
const userColumns = ['userId', 'createdBy', 'actorId', 'authorId', 'assigneeId'];

class ImportRun {
  stored: Record<string, number> = {};
  readonly #house: House;
  readonly #checked: CheckedExport;
  readonly #options: ImportOptions;
  readonly #progress: Progress;
  /** Of files that have been put, by row. */
  readonly #storageKeys = new Map<string, string>();
  /** Of files that nobody needs once the import is done. */
  #outdated: string[] = [];

  constructor(house: House, checked: CheckedExport, options: ImportOptions) {
    this.#house = house;
    this.#checked = checked;
    this.#options = options;
    this.#progress = options.progress ?? unheard;
  }

  async store(scope: StorageScope): Promise<void> {
    this.stored = {};
    this.#outdated = [];
    this.#progress.step('making room');
    await this.#makeRoom(scope);
    this.#progress.step('storing');
    const people = await this.#peopleThere(scope);
    const batch = new Batch(scope, this.stored, this.#progress);
    let clientId: ClientId | undefined;
    const entries = readExport(this.#options.path);
    for await (const entry of entries) {
      if (entry.kind === 'end' && entry.sha256 !== this.#checked.sha256) {
        throw new ExportFileError(this.#options.path, entry.line, 'the file was changed while it was being imported');
      }
      if (entry.kind !== 'row' && entry.kind !== 'bytes') continue;
      const {
        table: name,
        row,
        key,
      } = entry.kind === 'bytes' ? await this.#withFile(entries, entry.bytes) : { ...entry, key: undefined };
      if (name === sessionsName) continue;
      if (name === 'clients') {
        await batch.flush();
        if (clientId !== undefined) await scope.transfer.index(clientId);
        clientId = row.id as ClientId;
      }
      const carried = await this.#asStoredHere(transferTable(name), row, people, key);
      if (carried !== undefined) await batch.add(name, carried);
    }
    await batch.flush();
    if (clientId !== undefined) await scope.transfer.index(clientId);
    this.#progress.step('finishing');
  }

  /** What went with the transaction. */
  async removeFiles(): Promise<void> {
    for (const key of this.#storageKeys.values()) await this.#house.files.remove(key);
  }

  async finish(): Promise<void> {
    for (const key of this.#outdated) await this.#house.files.remove(key);
    if (this.#options.merge) return;
    const sessions: SessionEntry[] = [];
    const entries = readExport(this.#options.path);
    for await (const entry of entries) {
      if (entry.kind === 'header') continue;
      if (entry.kind !== 'row' || entry.table !== sessionsName) break;
      sessions.push(entry.row as unknown as SessionEntry);
      if (sessions.length === batchRows) await this.#house.sessionStore.restore(sessions.splice(0));
    }
    if (sessions.length > 0) await this.#house.sessionStore.restore(sessions);
    const count = this.#checked.counts[sessionsName] ?? 0;
    if (count > 0) this.stored[sessionsName] = count;
  }

  async #makeRoom(scope: StorageScope): Promise<void> {
    const { replace, merge } = this.#options;
    const isWhole = this.#checked.header.scope === 'all';
    if (isWhole && !merge) {
      if (await scope.accounts.isEmpty()) return;
      if (!replace) {
        throw new ImportRefusedError(
          'There are clients or users already, and nothing was changed. With --replace everything there goes first; with --merge the file is added to it.',
        );
      }
      this.#outdated = await filesOf(scope);
      await clearHouse(scope);
      return;
    }
    const there = new Map((await readAll(scope, 'clients')).map((row) => [row.id, row.name]));
    const clashing = this.#checked.clients.filter(({ id }) => there.has(id));
    if (clashing.length > 0 && !replace) {
      const names = clashing.slice(0, 5).map(({ id }) => `${there.get(id)} (${id})`);
      throw new ImportRefusedError(
        `${clashing.length} of the clients in the file are there already (${names.join(', ')}), and nothing was changed. With --replace they go first, with all they have.`,
      );
    }
    for (const { id } of clashing) {
      this.#outdated.push(...(await filesOf(scope, id)));
      await scope.forClient(id).client.remove();
    }
  }

  /** Everybody who is there, by id and by address: nobody's account is changed by an import beside others. */
  async #peopleThere(scope: StorageScope): Promise<People> {
    const people: People = { ids: new Set(), byEmail: new Map(), renamed: new Map() };
    for (const { id, email } of await readAll(scope, 'users')) {
      people.ids.add(id as string);
      people.byEmail.set(email as string, id as string);
    }
    return people;
  }

  /** The row as it is stored here; undefined: it is not. */
  async #asStoredHere(
    table: TransferTable,
    row: TransferRow,
    people: People,
    storageKey: string | undefined,
  ): Promise<TransferRow | undefined> {
    if (table.name === 'users') return this.#isThere(row, people) ? undefined : row;
    const owner = table.userColumn === undefined ? undefined : (row[table.userColumn] as string);
    // What belongs to a person goes with the account: theirs is another one here.
    if (owner !== undefined && people.ids.has(people.renamed.get(owner) ?? owner)) return undefined;
    if (this.#options.merge && sharedTables.includes(table) && owner === undefined) return undefined;
    const carried = renamed(row, people.renamed);
    if (row[fileColumn] !== '') return carried;
    return { ...carried, [fileColumn]: storageKey ?? (await this.#putEmpty(table.name, row)) };
  }

  #isThere(row: TransferRow, people: People): boolean {
    const [id, email] = [row.id as string, row.email as string];
    if (people.ids.has(id)) return true;
    const other = people.byEmail.get(email);
    if (other === undefined) return false;
    if (!this.#options.merge) {
      throw new ImportRefusedError(
        `${email} is there already as another account, and nothing was changed. With --merge they are the same person.`,
      );
    }
    people.renamed.set(id, other);
    return true;
  }

  /** The row whose file begins with these bytes, and where its file is now. */
  async #withFile(entries: AsyncGenerator<ExportEntry>, first: Buffer) {
    const incoming = new IncomingFile(entries, first);
    const { key } = await this.#house.files.put(incoming.bytes());
    const { table, row } = incoming.row();
    await this.#note(table, row, key);
    return { table, row, key };
  }

  async #putEmpty(table: string, row: TransferRow): Promise<string> {
    const { key } = await this.#house.files.put((async function* () {})());
    await this.#note(table, row, key);
    return key;
  }

  /** A transaction that is run again puts its files again. */
  async #note(table: string, row: TransferRow, key: string): Promise<void> {
    const name = `${table}/${row.clientId}/${row.id}`;
    const before = this.#storageKeys.get(name);
    this.#storageKeys.set(name, key);
    if (before !== undefined) await this.#house.files.remove(before);
  }
}

interface People {
  ids: Set<string>;
  byEmail: Map<string, string>;
  /** Of people of the file who are here under another id: that id. */
  renamed: Map<string, string>;
}

function renamed(row: TransferRow, ids: ReadonlyMap<string, string>): TransferRow {
  if (ids.size === 0) return row;
  const changes = userColumns
    .map((column): [string, string | undefined] => [column, ids.get(row[column] as string)])
    .filter(([, id]) => id !== undefined);
  return changes.length === 0 ? row : { ...row, ...Object.fromEntries(changes) };
}

/** Rows of one table at a time, stored some hundred at once. */
class Batch {
  readonly #scope: StorageScope;
  readonly #stored: Record<string, number>;
  readonly #progress: Progress;
  #table = '';
  #rows: TransferRow[] = [];
  #chars = 0;

  constructor(scope: StorageScope, stored: Record<string, number>, progress: Progress) {
    this.#scope = scope;
    this.#stored = stored;
    this.#progress = progress;
  }

  async add(table: string, row: TransferRow): Promise<void> {
    if (table !== this.#table) await this.flush();
    this.#table = table;
    this.#rows.push(row);
    for (const column in row) if (typeof row[column] === 'string') this.#chars += row[column].length;
    if (this.#rows.length >= batchRows || this.#chars >= batchChars) await this.flush();
  }

  async flush(): Promise<void> {
    if (this.#rows.length === 0) return;
    await this.#scope.transfer.put(this.#table, this.#rows);
    this.#stored[this.#table] = (this.#stored[this.#table] ?? 0) + this.#rows.length;
    this.#progress.rows(this.#table, this.#rows.length);
    this.#rows = [];
    this.#chars = 0;
  }
}
