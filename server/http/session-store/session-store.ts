import session from 'express-session';

/** Signed in as whom, in the form passport keeps it. */
declare module 'express-session' {
  interface SessionData {
    passport?: { user?: string };
  }
}

/** What express-session needs of a store, and what Confab needs beyond it. */
export abstract class SessionStore extends session.Store {
  /**
   * Ends the user's sessions, all of them or all but one. Returns the ids of those that ended.
   * @throws StorageUnavailableError
   */
  abstract endSessionsOf(userId: string, exceptSessionId?: string): Promise<string[]>;

  /** Stops what runs in the background. The pool is not closed: it is not the store's own. */
  abstract close(): void;
}
