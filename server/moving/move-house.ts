import type { ClientId } from '../../shared/ids.ts';
import type { SessionStore } from '../http/session-store/session-store.ts';
import type { MemStorage } from '../storage/memory/mem-storage.ts';
import type { TransferRow } from '../storage/repositories/transfer.ts';
import type { IStorage, StorageScope } from '../storage/storage.ts';
import { transferTables } from '../storage/transfer-tables.ts';
import { type Progress, unheard } from './progress.ts';
import type { SwappableSessionStore } from './swappable-session-store.ts';
import type { SwappableStorage } from './swappable-storage.ts';
import { clearHouse } from './target.ts';

export interface MoveOptions {
  storage: SwappableStorage;
  sessionStore: SwappableSessionStore;
  /** What `storage` is now. */
  from: MemStorage;
  /** Must be empty. */
  to: { storage: IStorage; sessionStore: SessionStore };
  /** How long calls may be held in the last step. */
  holdMsMax: number;
  /** Writes a line for the operator. */
  say(line: string): void;
  progress?: Progress;
}

export interface Moved {
  rows: number;
  /** How long calls waited. */
  heldMs: number;
}

const batchRows = 500;
/** When no more has changed since the last round, the rest is done while calls wait. */
const lastStepRows = 2_000;
const roundsMax = 10;

/**
 * Moves everything that a running server has in memory to another storage, and lets the server go on there. It serves
 * all the while; only in the last step do calls wait. What was acknowledged before is there, and nothing twice.
 * @throws what the other storage says, or that the last step took too long: then nothing has changed but the other
 * storage, which is emptied again
 */
export async function moveHouse(options: MoveOptions): Promise<Moved> {
  const { storage, sessionStore, from, to, holdMsMax, say } = options;
  if (!(await to.storage.accounts.isEmpty())) {
    throw new Error('The database has clients or users already: name an empty one, or use db:export and db:import');
  }
  const copier = new Copier(from, to.storage, options.progress ?? unheard);
  let lastStep: Promise<unknown> = Promise.resolve();
  try {
    for (let round = 1; ; round++) {
      const rows = await copier.bringUp();
      say(round === 1 ? `Copied ${rows} rows.` : `Copied ${rows} rows that have changed meanwhile.`);
      if (rows <= lastStepRows || round === roundsMax) break;
    }
    const startedAt = performance.now();
    await sessionStore.exchange(async (oldSessions, useFromNowOn) => {
      await storage.exchange(async () => {
        const work = async () => {
          const rows = await copier.bringUp();
          await copySessions(oldSessions, to.sessionStore);
          say(`Copied the last ${rows} rows while requests waited.`);
        };
        lastStep = work();
        await lastStep;
        return to.storage;
      }, holdMsMax);
      useFromNowOn(to.sessionStore);
    });
    return { rows: copier.rows, heldMs: performance.now() - startedAt };
  } catch (error) {
    // It may still be at it when its time was up; what it stores is of no use any more.
    await lastStep.catch(() => {});
    await to.storage.transaction(clearHouse);
    throw error;
  }
}

async function copySessions(from: SessionStore, to: SessionStore): Promise<void> {
  let after: string | undefined;
  for (;;) {
    const entries = await from.list(after, batchRows);
    if (entries.length === 0) return;
    await to.restore(entries);
    after = entries.at(-1)!.sid;
  }
}

interface Changes {
  table: string;
  put: TransferRow[];
  removed: TransferRow[];
}

/** Brings the other storage up to what is in memory, again and again: rows there are replaced and never changed. */
class Copier {
  rows = 0;
  readonly #from: MemStorage;
  readonly #to: IStorage;
  readonly #progress: Progress;
  #known = new Map<string, Set<object>>();

  constructor(from: MemStorage, to: IStorage, progress: Progress) {
    this.#from = from;
    this.#to = to;
    this.#progress = progress;
  }

  /** Answers how many rows had changed. */
  async bringUp(): Promise<number> {
    const { changes, now } = this.#changes();
    const count = changes.reduce((sum, { put, removed }) => sum + put.length + removed.length, 0);
    await this.#apply(changes);
    this.#known = now;
    this.rows = [...now.values()].reduce((sum, rows) => sum + rows.size, 0);
    return count;
  }

  #changes(): { changes: Changes[]; now: Map<string, Set<object>> } {
    const snapshot = new Map(this.#from.snapshot().map(({ table, rows }) => [table.name, { table, rows }]));
    const now = new Map<string, Set<object>>();
    const changes = transferTables.map(({ name }): Changes => {
      const { table, rows } = snapshot.get(name)!;
      const known = this.#known.get(name) ?? new Set();
      const present = new Set<object>(rows);
      now.set(name, present);
      const put = rows.filter((row) => !known.has(row)) as TransferRow[];
      const gone = [...known].filter((row) => !present.has(row));
      const written = new Set(gone.length === 0 ? [] : put.map((row) => table.key(row)));
      const removed = gone.filter((row) => !written.has(table.key(row))) as TransferRow[];
      return { table: name, put, removed };
    });
    return { changes, now };
  }

  #apply(changes: readonly Changes[]): Promise<void> {
    this.#progress.step('copying');
    const backwards = changes.toReversed();
    return this.#to.transaction(async (scope) => {
      const remove = async (isLate: boolean) => {
        for (const { table, removed } of backwards) {
          if (heldByOthers.has(table) !== isLate) continue;
          await inBatches(removed, (rows) => scope.transfer.remove(table, rows));
        }
      };
      // First, so that a new row can have a key that one of these had.
      await remove(false);
      for (const { table, put } of changes) {
        await inBatches(put, async (rows) => {
          await scope.transfer.put(table, rows);
          this.#progress.rows(table, rows.length);
        });
      }
      await remove(true);
      await this.#index(scope, changes);
    });
  }

  /** What is found of those clients whose knowledge has changed. */
  async #index(scope: StorageScope, changes: readonly Changes[]): Promise<void> {
    const clients = new Set<ClientId>();
    for (const { table, put, removed } of changes) {
      if (table !== 'documents' && table !== 'chunks') continue;
      for (const { clientId } of [...put, ...removed]) clients.add(clientId as ClientId);
    }
    const gone = new Set(changes.find(({ table }) => table === 'clients')?.removed.map(({ id }) => id));
    for (const clientId of clients) if (!gone.has(clientId)) await scope.transfer.index(clientId);
  }
}

/** Rows of these can go only when those that named them name others, or are gone; users take memberships with them. */
const heldByOthers = new Set([
  'users',
  ...transferTables.flatMap(({ references }) => references.filter(({ restricts }) => restricts).map(({ to }) => to)),
]);

async function inBatches(rows: readonly TransferRow[], store: (rows: TransferRow[]) => Promise<void>): Promise<void> {
  for (let from = 0; from < rows.length; from += batchRows) await store(rows.slice(from, from + batchRows));
}
