import type { SessionData } from 'express-session';
import { SessionStore } from './session-store.ts';

/** One session as it is written to the state file. */
export interface SessionEntry {
  sessionId: string;
  data: SessionData;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

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
    return [...this.sessions].map(([sessionId, { json, expiresAt }]) => ({
      sessionId,
      data: JSON.parse(json) as SessionData,
      expiresAt,
    }));
  }

  /** Takes over what `entries` gave before a restart. */
  restore(entries: SessionEntry[]): void {
    for (const { sessionId, data, expiresAt } of entries) this.sessions.set(sessionId, keep(data, expiresAt));
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
