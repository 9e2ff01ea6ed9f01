import session from 'express-session';

/** Signed in as whom, in the form passport keeps it. */
declare module 'express-session' {
  interface SessionData {
    passport?: { user?: string };
    /**
     * Where the person signed in from, and when (ISO 8601); the address is masked. `forHost`: the cookie was given out for
     * our host alone.
     */
    device?: { userAgent: string; address: string; since: string; forHost?: true };
  }
}

/** One session in the shape of the session table, as plain JSON but for its date. */
export interface SessionEntry {
  sid: string;
  sess: Record<string, unknown>;
  expire: Date;
}

/** What express-session needs of a store, and what Confab needs beyond it. */
export abstract class SessionStore extends session.Store {
  /**
   * Ends the user's sessions, all of them or all but one. Returns the ids of those that ended.
   * @throws StorageUnavailableError
   */
  abstract endSessionsOf(userId: string, exceptSessionId?: string): Promise<string[]>;

  /** The sessions of a user that have not expired, in no particular order. @throws StorageUnavailableError */
  abstract sessionsOf(userId: string): Promise<SessionEntry[]>;

  /**
   * Sessions in the order of their ids (by code unit), those behind `after` when it is given, at most `limit`. Expired
   * ones may be among them. @throws StorageUnavailableError
   */
  abstract list(after: string | undefined, limit: number): Promise<SessionEntry[]>;

  /** Takes sessions over from another store, in place of those with the same ids. @throws StorageUnavailableError */
  abstract restore(entries: readonly SessionEntry[]): Promise<void>;

  /** Stops what runs in the background. The pool is not closed: it is not the store's own. */
  abstract close(): void;
}
