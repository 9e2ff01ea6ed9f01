import type { SessionData } from 'express-session';
import { type SessionEntry, SessionStore } from '../http/session-store/session-store.ts';

/** A session store that can be exchanged for another while it is used. While it is held, calls wait. */
export class SwappableSessionStore extends SessionStore {
  #current: SessionStore;
  #held: Promise<void> | undefined;

  constructor(first: SessionStore) {
    super();
    this.#current = first;
  }

  /** The store that is used now. */
  get current(): SessionStore {
    return this.#current;
  }

  override get(sessionId: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.#later((store) => store.get(sessionId, done));
  }

  override set(sessionId: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.#later((store) => store.set(sessionId, data, done));
  }

  override touch(sessionId: string, data: SessionData, done?: () => void): void {
    this.#later((store) => (store.touch ? store.touch(sessionId, data, done) : done?.()));
  }

  override destroy(sessionId: string, done?: (error?: unknown) => void): void {
    this.#later((store) => store.destroy(sessionId, done));
  }

  override async endSessionsOf(userId: string, exceptSessionId?: string): Promise<string[]> {
    await this.#held;
    return this.#current.endSessionsOf(userId, exceptSessionId);
  }

  override async sessionsOf(userId: string): Promise<SessionEntry[]> {
    await this.#held;
    return this.#current.sessionsOf(userId);
  }

  override async list(after: string | undefined, limit: number): Promise<SessionEntry[]> {
    await this.#held;
    return this.#current.list(after, limit);
  }

  override async restore(entries: readonly SessionEntry[]): Promise<void> {
    await this.#held;
    return this.#current.restore(entries);
  }

  override close(): void {
    this.#current.close();
  }

  /** Lets calls wait while `work` runs, then goes on with the store it answers, or, when it throws, with the old one. */
  async exchange<T>(work: (old: SessionStore, useFromNowOn: (next: SessionStore) => void) => Promise<T>): Promise<T> {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    let next = this.#current;
    try {
      const result = await work(this.#current, (store) => {
        next = store;
      });
      this.#current = next;
      return result;
    } finally {
      this.#held = undefined;
      release();
    }
  }

  #later(call: (store: SessionStore) => void): void {
    if (this.#held === undefined) call(this.#current);
    else void this.#held.then(() => this.#later(call));
  }
}
