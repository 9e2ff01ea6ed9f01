import type { Tally } from '../../../shared/schema.ts';

export interface TallyChange {
  id: string;
  /** Added to the count; 0 only holds the row. */
  amount: number;
  /** When it is counted anew. One that is running keeps the later of its own and this. */
  expiresAt: Date;
  /** Left out: as before. */
  blockedUntil?: Date | undefined;
}

/** How often something was done lately. Nothing here is worth more than a limit: what has expired may go at any time. */
export interface TalliesRepository {
  /**
   * Adds to each tally, which is made where there is none or it has expired, and answers them in the order given.
   * Inside a transaction nobody else changes them until it ends. Ids must differ. Additions at the same time all count.
   */
  add(changes: readonly TallyChange[]): Promise<Tally[]>;

  /** Harmless when there is none. */
  remove(id: string): Promise<void>;

  /** Removes what has expired by `now` of the environment; answers how many that were. */
  prune(): Promise<number>;
}
