import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { ConflictError, NotFoundError } from '../errors.ts';
import type { StorageEnvironment } from '../storage.ts';
import { MemDatabase } from './mem-database.ts';
import { MemStorage } from './mem-storage.ts';
import { readRow, readSession, type SavedSession } from './state-rows.ts';

/** Raised when an older version could not read what this one writes. */
const FORMAT_VERSION = 1;
const CHUNK_CHARS = 256 * 1024;

/** The state file is there but cannot be used. The message is for the person who starts the server. */
export class StateFileError extends Error {
  override readonly name = 'StateFileError';
  readonly file: string;
  /** Counted from 1; undefined when no single line is to blame. */
  readonly line: number | undefined;

  constructor(file: string, line: number | undefined, reason: string) {
    const where = line === undefined ? '' : ` at line ${line}`;
    super(
      `The saved state in ${file} cannot be read${where}: ${reason}. ` +
        'The file is left as it is: put back a good copy, or move it away to start with nothing.',
    );
    this.file = file;
    this.line = line;
  }
}

/**
 * Writes everything the storage holds, and the sign-in sessions, to `file`: one line of JSON for each row, readable and
 * writable by the owner alone. The file is whole or not there: it takes the place of an earlier one when all of it is
 * on the disk. The state is that of the moment of the call.
 * @throws what the file system says, with an earlier file left as it was
 */
export async function saveState(
  storage: MemStorage,
  file: string,
  extras: { sessions?: readonly SavedSession[] } = {},
): Promise<void> {
  const lines = linesOf(storage.snapshot(), [...(extras.sessions ?? [])]);
  const path = resolve(file);
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const handle = await open(temporary, 'w', 0o600);
    try {
      // An earlier run may have left the temporary file, with whatever mode.
      await handle.chmod(0o600);
      await writeLines(handle, lines);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/**
 * The storage and the sessions that `saveState` wrote to `file`; undefined when there is no such file. Every row is
 * checked, and that none is missing. The file stays where it is.
 * @throws StateFileError when the file cannot be read or is not whole
 */
export async function loadState(
  file: string,
  env: StorageEnvironment,
): Promise<{ storage: MemStorage; sessions: SavedSession[] } | undefined> {
  let handle: FileHandle;
  try {
    handle = await open(file, 'r');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new StateFileError(file, undefined, (error as Error).message);
  }
  const reader = new StateReader(file);
  try {
    for await (const chunk of handle.createReadStream()) reader.take(chunk as Buffer);
  } catch (error) {
    if (error instanceof StateFileError) throw error;
    throw new StateFileError(file, undefined, (error as Error).message);
  } finally {
    await handle.close();
  }
  const { database, sessions } = reader.end();
  return { storage: new MemStorage(env, database), sessions };
}

function* linesOf(
  tables: ReturnType<MemStorage['snapshot']>,
  sessions: readonly SavedSession[],
): Generator<string, void, undefined> {
  yield JSON.stringify({ confab: 'state', version: FORMAT_VERSION });
  let rows = 0;
  for (const { table, rows: all } of tables) {
    for (const row of all) {
      rows++;
      yield JSON.stringify({ table: table.name, row });
    }
  }
  for (const session of sessions) {
    rows++;
    yield JSON.stringify({ session });
  }
  yield JSON.stringify({ end: true, rows });
}

async function writeLines(handle: FileHandle, lines: Iterable<string>): Promise<void> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_CHARS) continue;
    await handle.writeFile(chunk);
    chunk = '';
  }
  await handle.writeFile(chunk);
}

/** Makes the new name durable. Not every file system lets a folder be synced; those that do not need none. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** Puts the lines of a file together again. Lines end at a line feed only: JSON may hold other line separators. */
class StateReader {
  private readonly file: string;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private readonly database = new MemDatabase();
  private readonly transaction = this.database.begin();
  private readonly sessions: SavedSession[] = [];
  private partial: Buffer[] = [];
  private line = 0;
  private rows = 0;
  private ended = false;

  constructor(file: string) {
    this.file = file;
  }

  take(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(10); end >= 0; end = chunk.indexOf(10, start)) {
      this.partial.push(chunk.subarray(start, end));
      const bytes = Buffer.concat(this.partial);
      this.partial = [];
      this.line++;
      try {
        this.readLine(this.decoder.decode(bytes));
      } catch (error) {
        throw this.fault(reasonOf(error));
      }
      start = end + 1;
    }
    if (start < chunk.length) this.partial.push(chunk.subarray(start));
  }

  end(): { database: MemDatabase; sessions: SavedSession[] } {
    this.line++;
    if (this.partial.length > 0 || !this.ended) throw this.fault('the file has been cut off here');
    this.database.commit(this.transaction);
    return { database: this.database, sessions: this.sessions };
  }

  private readLine(text: string): void {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) throw new Error('it is no row');
    const entry = value as Record<string, unknown>;
    if (this.line === 1) {
      checkHead(entry);
      return;
    }
    if (this.ended) throw new Error('there is more after the end');
    if (entry.end === true) {
      if (entry.rows !== this.rows)
        throw new Error(`${this.rows} rows came before it where ${entry.rows} were written`);
      this.ended = true;
      return;
    }
    if ('session' in entry) this.sessions.push(readSession(entry.session));
    else {
      const { table, row } = readRow(entry.table, entry.row);
      this.transaction.of(table).insert(row);
    }
    this.rows++;
  }

  private fault(reason: string): StateFileError {
    return new StateFileError(this.file, this.line, reason);
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof ConflictError) return `an earlier row has the same key (${error.reason})`;
  if (error instanceof NotFoundError) return `it belongs to a ${error.entity} that is not in the file`;
  if (error instanceof SyntaxError) return 'it is not JSON';
  return (error as Error).message;
}

function checkHead(entry: Record<string, unknown>): void {
  if (entry.confab !== 'state') throw new Error('this is not a state file of Confab');
  if (entry.version !== FORMAT_VERSION) {
    throw new Error(`it has format ${entry.version}, and this version of Confab reads format ${FORMAT_VERSION}`);
  }
}
