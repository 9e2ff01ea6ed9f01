import connectPgSimple from 'connect-pg-simple';
import session, { type SessionData } from 'express-session';
import { LRUCache } from 'lru-cache';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { StorageUnavailableError } from '../../storage/errors.ts';
import { type SessionEntry, SessionStore } from './session-store.ts';

const PgStore = connectPgSimple(session);

/** For how long a session that ended in another process may still be believed in this one. */
const cacheMs = 30_000;
/** A session in use is noted as such at most this often. */
const touchEveryMs = 60_000;
const cachedSessionsMax = 10_000;
const pruneEverySeconds = 15 * 60;

export interface DatabaseSessionStoreOptions {
  /** Ours, shared with storage; never closed here. */
  pool: Pick<Pool, 'query'>;
  log: Pick<Logger, 'error'>;
  /** Milliseconds since 1970; moved by tests. */
  nowMs?: () => number;
}

/** One session as last read or written. */
interface Cached {
  json: string;
  /** What is in it beside the cookie's dates, which change with every request. */
  content: string;
  userId: string | undefined;
}

/**
 * Sessions in the table `session`, by connect-pg-simple, behind a write-through cache: a request whose session did not
 * change runs no statement. Changes made by this process are seen by it at once; those of other processes after at most
 * 30 seconds. Errors arrive as `StorageUnavailableError`.
 */
export class DatabaseSessionStore extends SessionStore {
  private readonly inner: InstanceType<typeof PgStore>;
  private readonly pool: Pick<Pool, 'query'>;
  private readonly log: Pick<Logger, 'error'>;
  private readonly cache: LRUCache<string, Cached>;
  /** Ids of sessions that have been written or touched within the last minute. */
  private readonly touched: LRUCache<string, true>;
  private readonly loading = new Map<string, Promise<string | undefined>>();

  constructor(options: DatabaseSessionStoreOptions) {
    super();
    this.pool = options.pool;
    this.log = options.log;
    const perf = { now: options.nowMs ?? Date.now };
    const fixed = { max: cachedSessionsMax, ttlResolution: 0, perf };
    this.cache = new LRUCache({ ...fixed, ttl: cacheMs });
    this.touched = new LRUCache({ ...fixed, ttl: touchEveryMs });
    this.inner = new PgStore({
      pool: options.pool as Pool,
      createTableIfMissing: false,
      pruneSessionInterval: pruneEverySeconds,
      errorLog: (_words: unknown, err: unknown) => this.log.error({ event: 'session.prune-failed', err }),
    });
  }

  override get(sessionId: string, done: (error: unknown, data?: SessionData | null) => void): void {
    this.find(sessionId).then(
      (json) => done(null, json === undefined ? null : (JSON.parse(json) as SessionData)),
      (error) => done(error),
    );
  }

  override set(sessionId: string, data: SessionData, done?: (error?: unknown) => void): void {
    const written = toCached(data);
    // express-session saves a session that was just renewed a second time when the answer ends.
    if (this.touched.has(sessionId) && this.cache.get(sessionId)?.content === written.content) {
      queueMicrotask(() => done?.());
      return;
    }
    this.forget(sessionId);
    this.inner.set(sessionId, data, (error) => {
      if (error) {
        this.forget(sessionId);
        done?.(new StorageUnavailableError(error));
        return;
      }
      this.loading.delete(sessionId);
      this.cache.set(sessionId, written);
      this.touched.set(sessionId, true);
      done?.();
    });
  }

  /** Never fails and is not waited for: that a session was used is worth less than the answer to the request. */
  override touch(sessionId: string, data: SessionData, done?: () => void): void {
    if (!this.touched.has(sessionId)) {
      this.touched.set(sessionId, true);
      this.inner.touch(sessionId, data, ((err?: unknown) => {
        if (!err) return;
        this.touched.delete(sessionId);
        this.log.error({ event: 'session.touch-failed', err });
      }) as () => void);
    }
    if (done) queueMicrotask(done);
  }

  override destroy(sessionId: string, done?: (error?: unknown) => void): void {
    this.forget(sessionId);
    this.inner.destroy(sessionId, (error) => {
      this.forget(sessionId);
      done?.(error ? new StorageUnavailableError(error) : undefined);
    });
  }

  override async endSessionsOf(userId: string, exceptSessionId?: string): Promise<string[]> {
    const forgetAll = () => {
      this.loading.clear();
      for (const [sessionId, { userId: owner }] of this.cache.entries()) {
        if (owner === userId && sessionId !== exceptSessionId) this.cache.delete(sessionId);
      }
    };
    forgetAll();
    try {
      const { rows } = await this.pool.query<{ sid: string }>(
        `DELETE FROM session WHERE sess->'passport'->>'user' = $1 AND sid IS DISTINCT FROM $2 RETURNING sid`,
        [userId, exceptSessionId ?? null],
      );
      return rows.map((row) => row.sid);
    } catch (error) {
      throw new StorageUnavailableError(error);
    } finally {
      forgetAll();
    }
  }

  override async sessionsOf(userId: string): Promise<SessionEntry[]> {
    try {
      const { rows } = await this.pool.query<{ sid: string; sess: Record<string, unknown>; expires: number }>(
        `SELECT sid, sess, extract(epoch FROM expire::timestamptz)::float8 * 1000 AS expires FROM session
         WHERE sess->'passport'->>'user' = $1 AND expire > localtimestamp`,
        [userId],
      );
      return rows.map(({ sid, sess, expires }) => ({ sid, sess, expire: new Date(Math.round(expires)) }));
    } catch (error) {
      throw new StorageUnavailableError(error);
    }
  }

  override async list(after: string | undefined, limit: number): Promise<SessionEntry[]> {
    try {
      // The column is without a time zone; connect-pg-simple writes it in that of the connection.
      const { rows } = await this.pool.query<{ sid: string; sess: Record<string, unknown>; expires: number }>(
        `SELECT sid, sess, extract(epoch FROM expire::timestamptz)::float8 * 1000 AS expires FROM session
         WHERE sid COLLATE "C" > $1 ORDER BY sid COLLATE "C" LIMIT $2`,
        [after ?? '', limit],
      );
      return rows.map(({ sid, sess, expires }) => ({ sid, sess, expire: new Date(Math.round(expires)) }));
    } catch (error) {
      throw new StorageUnavailableError(error);
    }
  }

  override async restore(entries: readonly SessionEntry[]): Promise<void> {
    try {
      await this.pool.query(
        `INSERT INTO session (sid, sess, expire)
         SELECT r.sid, r.sess, to_timestamp(r.expires / 1000)
         FROM json_to_recordset($1::json) AS r(sid varchar, sess json, expires float8)
         ON CONFLICT (sid) DO UPDATE SET sess = excluded.sess, expire = excluded.expire`,
        [JSON.stringify(entries.map(({ sid, sess, expire }) => ({ sid, sess, expires: expire.getTime() })))],
      );
    } catch (error) {
      throw new StorageUnavailableError(error);
    } finally {
      for (const { sid } of entries) this.forget(sid);
    }
  }

  /** Stops the pruning. */
  override close(): void {
    this.inner.close();
  }

  private find(sessionId: string): Promise<string | undefined> {
    const cached = this.cache.get(sessionId);
    if (cached) return Promise.resolve(cached.json);
    const underWay = this.loading.get(sessionId);
    if (underWay) return underWay;
    const loading = this.read(sessionId)
      .then((data) => {
        if (!data) return undefined;
        const cached = toCached(data);
        // Not kept when the session was changed or ended while it was being read.
        if (this.loading.get(sessionId) === loading) this.cache.set(sessionId, cached);
        return cached.json;
      })
      .finally(() => {
        if (this.loading.get(sessionId) === loading) this.loading.delete(sessionId);
      });
    this.loading.set(sessionId, loading);
    return loading;
  }

  private read(sessionId: string): Promise<SessionData | undefined> {
    return new Promise((resolve, reject) => {
      this.inner.get(sessionId, (error, data) => {
        if (error) reject(new StorageUnavailableError(error));
        else resolve(data ?? undefined);
      });
    });
  }

  private forget(sessionId: string): void {
    this.cache.delete(sessionId);
    this.touched.delete(sessionId);
    this.loading.delete(sessionId);
  }
}

function toCached(data: SessionData): Cached {
  const content = JSON.stringify({ ...data, cookie: undefined });
  return { json: JSON.stringify(data), content, userId: data.passport?.user };
}

export function createDatabaseSessionStore(options: DatabaseSessionStoreOptions): DatabaseSessionStore {
  return new DatabaseSessionStore(options);
}
