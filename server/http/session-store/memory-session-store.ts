import type { SessionData } from 'express-session';
import { type SessionEntry, SessionStore } from './session-store.ts';

interface Kept {
  /** The session as JSON: what a caller gets is its own copy. */
  json: string;
  userId: string | undefined;
  expiresAt: number;
}

const pruneEveryMs = 60_000;
const withoutExpiryMs = 24 * 60 * 60 * 1000;

/** Sessions in memory, for a server without a database. Expired ones are dropped as time passes. */
export class MemorySessionStore extends SessionStore {
  private readonly sessions = new Map<string, Kept>();
  private readonly now: () => Date;
  private prunedAt = 0;

  constructor(now: () => Date) {
    super();
    this.now = now;
  }

  override get(sessionId: string, done: (error: unknown, data?: SessionData | null) => void): void {
    const kept = this.find(sessionId);
    queueMicrotask(() => done(null, kept ? (JSON.parse(kept.json) as SessionData) : null));
  }

  override set(sessionId: string, data: SessionData, done?: (error?: unknown) => void): void {
    this.prune();
    this.sessions.set(sessionId, keep(data, this.expiryOf(data)));
    if (done) queueMicrotask(() => done());
  }

  override touch(sessionId: string, data: SessionData, done?: () => void): void {
    const kept = this.find(sessionId);
    if (kept) kept.expiresAt = this.expiryOf(data);
    if (done) queueMicrotask(() => done());
  }

  override destroy(sessionId: string, done?: (error?: unknown) => void): void {
    this.sessions.delete(sessionId);
    if (done) queueMicrotask(() => done());
  }

  override async endSessionsOf(userId: string, exceptSessionId?: string): Promise<string[]> {
    const ended: string[] = [];
    for (const [sessionId, kept] of this.sessions) {
      if (kept.userId === userId && sessionId !== exceptSessionId) ended.push(sessionId);
    }
    for (const sessionId of ended) this.sessions.delete(sessionId);
    return ended;
  }

  override close(): void {}

  /** Every session that has not expired, for the state file. */
  entries(): SessionEntry[] {
    this.prune(true);
    return [...this.sessions].map(([sid, { json, expiresAt }]) => ({
      sid,
      sess: JSON.parse(json) as Record<string, unknown>,
      expire: new Date(expiresAt),
    }));
  }

  override async sessionsOf(userId: string): Promise<SessionEntry[]> {
    this.prune(true);
    return [...this.sessions]
      .filter(([, kept]) => kept.userId === userId)
      .map(([sid, { json, expiresAt }]) => ({ sid, sess: JSON.parse(json), expire: new Date(expiresAt) }));
  }

  override async list(after: string | undefined, limit: number): Promise<SessionEntry[]> {
    const behind = this.entries().filter(({ sid }) => after === undefined || sid > after);
    return behind.sort((a, b) => (a.sid < b.sid ? -1 : 1)).slice(0, limit);
  }

  override async restore(entries: readonly SessionEntry[]): Promise<void> {
    for (const { sid, sess, expire } of entries) {
      this.sessions.set(sid, keep(sess as unknown as SessionData, expire.getTime()));
    }
  }

  private find(sessionId: string): Kept | undefined {
    const kept = this.sessions.get(sessionId);
    return kept && kept.expiresAt > this.now().getTime() ? kept : undefined;
  }

  private expiryOf(data: SessionData): number {
    const { expires } = data.cookie;
    return expires ? new Date(expires).getTime() : this.now().getTime() + withoutExpiryMs;
  }

  private prune(atOnce = false): void {
    const now = this.now().getTime();
    if (!atOnce && now - this.prunedAt < pruneEveryMs) return;
    this.prunedAt = now;
    for (const [sessionId, kept] of this.sessions) if (kept.expiresAt <= now) this.sessions.delete(sessionId);
  }
}

function keep(data: SessionData, expiresAt: number): Kept {
  return { json: JSON.stringify(data), userId: data.passport?.user, expiresAt };
}

export function createMemorySessionStore(now: () => Date = () => new Date()): MemorySessionStore {
  return new MemorySessionStore(now);
}
