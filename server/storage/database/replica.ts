import { setTimeout as sleep } from 'node:timers/promises';
import type pg from 'pg';
import { StorageUnavailableError } from '../errors.ts';
import { translateError } from './database-errors.ts';
import { type Db, drizzleOn } from './handle.ts';
import { query } from './lease.ts';
import { checkIsReplica, hasReplayed, writtenSoFar } from './replica-position.ts';

/**
 * `up`: reads go to it. `behind`: it has not replayed in time what the primary has written. `away`: it cannot be
 * reached, or is no replica of this primary.
 */
export type ReplicaState = 'up' | 'behind' | 'away';

/** What an operator is told when the state changes. `reason` is for people and holds no secret. */
export type OnReplicaState = (state: ReplicaState, reason: string) => void;

export interface ReplicaNumbers {
  state: ReplicaState;
  /** Reads that may be answered by a replica, by who answered them. */
  readsOnReplica: number;
  readsOnPrimary: number;
}

export interface ReplicaOptions {
  primary: pg.Pool;
  /** Leads to the replica, and belongs to this from now on. */
  pool: pg.Pool;
  onState?: OnReplicaState | undefined;
  /** How long a read waits at most for the replica to have what was written before it. */
  waitMs?: number | undefined;
  /** How often a replica that is not up is tried again. */
  probeMs?: number | undefined;
}

const WAIT_MS = 100;
const PROBE_MS = 1_000;
/** Whoever has not answered by then is taken for away; the read itself may take longer. */
const POSITION_TIMEOUT_MS = 2_000;
const READ_TIMEOUT_MS = 15_000;

/**
 * Lets a replica answer reads, so that nobody can tell: each sees everything that was committed when it began, by
 * whichever process. For that it asks the primary how far it has written and waits until the replica has replayed as
 * much; reads that come up meanwhile share the next such round. While that takes too long, or the replica is away, the
 * primary answers at once, and the replica is tried again in the background.
 */
export class Replica {
  readonly #primary: pg.Pool;
  readonly #pool: pg.Pool;
  readonly #onState: OnReplicaState;
  readonly #waitMs: number;
  readonly #probeMs: number;
  readonly #db: Db;
  readonly #numbers: ReplicaNumbers = { state: 'up', readsOnReplica: 0, readsOnPrimary: 0 };
  #checked = false;
  #running: Promise<boolean> | undefined;
  #next: Promise<boolean> | undefined;
  #probe: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ primary, pool, onState = () => {}, waitMs = WAIT_MS, probeMs = PROBE_MS }: ReplicaOptions) {
    this.#primary = primary;
    this.#pool = pool;
    this.#onState = onState;
    this.#waitMs = waitMs;
    this.#probeMs = probeMs;
    this.#db = drizzleOn((config, values) => query(pool, config, values, READ_TIMEOUT_MS));
  }

  get numbers(): Readonly<ReplicaNumbers> {
    return { ...this.#numbers };
  }

  /** Runs `work` on the replica, or `onPrimary` where it cannot answer. `work` may be begun on both: it only reads. */
  async read<T>(work: (db: Db) => PromiseLike<T>, onPrimary: () => Promise<T>): Promise<T> {
    if (this.#numbers.state === 'up' && (await this.#round())) {
      try {
        const answer = await work(this.#db);
        this.#numbers.readsOnReplica++;
        return answer;
      } catch (error) {
        const reason = translateError(error);
        // A conflict with what it replays ends a read (40001), a lost connection too: the primary knows better.
        if (!(reason instanceof StorageUnavailableError)) throw reason;
        if (isNoCollision(error)) this.#leave('away', reasonOf(error));
        this.#tryLater();
      }
    }
    this.#numbers.readsOnPrimary++;
    return onPrimary();
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#probe);
    await this.#pool.end();
  }

  /** Whether the replica has what had been written when this was called. Never rejects. */
  #round(): Promise<boolean> {
    if (this.#running === undefined) return this.#begin();
    // The one under way may have asked the primary before the caller's last write.
    this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.#begin();
    });
    return this.#next;
  }

  #begin(): Promise<boolean> {
    this.#running = this.#catchUp().finally(() => {
      this.#running = undefined;
      this.#tryLater();
    });
    return this.#running;
  }

  async #catchUp(): Promise<boolean> {
    const deadline = performance.now() + this.#waitMs;
    let written: string;
    try {
      written = await writtenSoFar(this.#primary, POSITION_TIMEOUT_MS);
    } catch {
      // Without the primary nobody can say what has been written; it will say so itself.
      return false;
    }
    try {
      if (!this.#checked) await checkIsReplica(this.#primary, this.#pool, POSITION_TIMEOUT_MS);
      this.#checked = true;
      for (let pauseMs = 1; ; pauseMs *= 2) {
        if (await hasReplayed(this.#pool, written, POSITION_TIMEOUT_MS)) break;
        if (performance.now() + pauseMs > deadline) {
          this.#leave('behind', `it has not replayed within ${this.#waitMs} ms what was written before`);
          return false;
        }
        await sleep(pauseMs);
      }
    } catch (error) {
      this.#leave('away', reasonOf(error));
      return false;
    }
    this.#return();
    return true;
  }

  #leave(state: 'behind' | 'away', reason: string): void {
    if (this.#closed) return;
    if (state === 'away') this.#checked = false;
    if (this.#numbers.state === state) return;
    this.#numbers.state = state;
    this.#onState(state, reason);
  }

  /** Nobody else asks after a replica that is not up. */
  #tryLater(): void {
    clearTimeout(this.#probe);
    if (this.#numbers.state === 'up' || this.#closed) return;
    this.#probe = setTimeout(() => void this.#round(), this.#probeMs).unref();
  }

  #return(): void {
    if (this.#numbers.state === 'up' || this.#closed) return;
    this.#numbers.state = 'up';
    this.#onState('up', 'it has everything that was written');
  }
}

function isNoCollision(error: unknown): boolean {
  const { code } = ((error as { cause?: unknown }).cause ?? error) as { code?: unknown };
  return code !== '40001' && code !== '40P01';
}

/** What the driver says, by its code where it has one; neither names the login. */
function reasonOf(error: unknown): string {
  const cause = ((error as { cause?: unknown }).cause ?? error) as { code?: string; message?: string };
  return cause.code ?? cause.message ?? 'unknown';
}
