/**
 * Files whose rows are gone, and their clients perhaps as well: noted in the transaction that removes the rows, so that
 * whoever ends in the middle leaves word of what is still to be removed from the file store.
 */
export interface RemovedFilesRepository {
  /** Notes that these are to be removed, not before `dueAt`; one that is noted already waits until then. */
  add(storageKeys: readonly string[], dueAt: Date): Promise<void>;

  /** At most `limit` that are due by `now` of the environment, the longest due first. */
  listDue(limit: number): Promise<string[]>;

  /** Harmless where there is none. */
  forget(storageKeys: readonly string[]): Promise<void>;
}
