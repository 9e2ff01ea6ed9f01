import type { SessionData } from 'express-session';
import { Cookie } from 'express-session';
import { pino } from 'pino';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { StorageUnavailableError } from '../../storage/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../testing/postgres.ts';
import { createRecordingPool, type RecordingPool } from '../../testing/recording-pool.ts';
import { createDatabaseSessionStore, type DatabaseSessionStore } from './database-session-store.ts';

let database: TestDatabase;
let pool: RecordingPool;
beforeAll(async () => {
  database = await createTestDatabase();
  pool = createRecordingPool(database.url);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});
beforeEach(async () => {
  pool.down = false;
  await pool.query('DELETE FROM session');
  pool.statements.length = 0;
});

/** One process: a store with a cache of its own, on a clock of its own. */
function startProcess() {
  let time = 1_000_000;
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const store = createDatabaseSessionStore({ pool, log, nowMs: () => time });
  return { store, lines, advance: (ms: number) => (time += ms) };
}

function dataOf(user: string, expiresInMs = 60_000): SessionData {
  const cookie = new Cookie();
  cookie.originalMaxAge = expiresInMs;
  cookie.expires = new Date(Date.now() + expiresInMs);
  return { cookie, passport: { user } };
}

const get = (store: DatabaseSessionStore, sessionId: string) =>
  new Promise<SessionData | null | undefined>((resolve, reject) => {
    store.get(sessionId, (error, data) => (error ? reject(error) : resolve(data)));
  });
const set = (store: DatabaseSessionStore, sessionId: string, data: SessionData) =>
  new Promise<void>((resolve, reject) => {
    store.set(sessionId, data, (error) => (error ? reject(error) : resolve()));
  });
const destroy = (store: DatabaseSessionStore, sessionId: string) =>
  new Promise<void>((resolve, reject) => {
    store.destroy(sessionId, (error) => (error ? reject(error) : resolve()));
  });
const touch = (store: DatabaseSessionStore, sessionId: string, data: SessionData) =>
  new Promise<void>((resolve) => {
    store.touch(sessionId, data, resolve);
  });
const rows = async () => {
  const answer = await pool.query<{ sid: string; expire: Date }>('SELECT sid, expire FROM session ORDER BY sid');
  return answer.rows;
};

test('a session written by one process is read by another, and once only', async () => {
  const [one, other] = [startProcess(), startProcess()];
  await set(one.store, 's1', dataOf('ann'));
  pool.statements.length = 0;
  expect((await get(other.store, 's1'))?.passport).toEqual({ user: 'ann' });
  expect((await get(other.store, 's1'))?.passport).toEqual({ user: 'ann' });
  expect(pool.statements).toHaveLength(1);
});

test('the process that wrote a session does not read it', async () => {
  const { store } = startProcess();
  await set(store, 's1', dataOf('ann'));
  pool.statements.length = 0;
  expect((await get(store, 's1'))?.passport).toEqual({ user: 'ann' });
  expect(pool.statements).toEqual([]);
});

test('requests that come at the same time share one statement', async () => {
  await set(startProcess().store, 's1', dataOf('ann'));
  const { store } = startProcess();
  pool.statements.length = 0;
  await Promise.all(Array.from({ length: 20 }, () => get(store, 's1')));
  expect(pool.statements).toHaveLength(1);
});

test('writing the same content again runs no statement', async () => {
  const { store } = startProcess();
  await set(store, 's1', dataOf('ann', 60_000));
  pool.statements.length = 0;
  await set(store, 's1', dataOf('ann', 70_000));
  expect(pool.statements).toEqual([]);
  await set(store, 's1', dataOf('bob'));
  expect(pool.statements).toHaveLength(1);
});

test('a session in use is touched at most once a minute', async () => {
  await set(startProcess().store, 's1', dataOf('ann'));
  const { store, advance } = startProcess();
  pool.statements.length = 0;
  for (let n = 0; n < 5; n++) await touch(store, 's1', dataOf('ann'));
  expect(pool.statements).toHaveLength(1);
  advance(59_000);
  await touch(store, 's1', dataOf('ann'));
  expect(pool.statements).toHaveLength(1);
  advance(2_000);
  await touch(store, 's1', dataOf('ann'));
  expect(pool.statements).toHaveLength(2);
});

test('touching moves the expiry and brings no session back', async () => {
  await set(startProcess().store, 'moved', dataOf('ann', 60_000));
  const { store } = startProcess();
  const before = (await rows())[0]!.expire;
  await touch(store, 'moved', dataOf('ann', 3_600_000));
  await touch(store, 'ended', dataOf('ann', 3_600_000));
  await expect.poll(async () => (await rows())[0]!.expire.getTime()).toBeGreaterThan(before.getTime() + 3_000_000);
  expect(await rows()).toHaveLength(1);
});

test('a session that cannot be touched does not fail the request, and the fault is logged', async () => {
  await set(startProcess().store, 's1', dataOf('ann'));
  const { store, lines } = startProcess();
  pool.down = true;
  await touch(store, 's1', dataOf('ann'));
  await expect.poll(() => lines.join()).toContain('session.touch-failed');
});

test('a session that ended in this process is gone at once', async () => {
  const { store } = startProcess();
  await set(store, 's1', dataOf('ann'));
  await destroy(store, 's1');
  expect(await get(store, 's1')).toBeNull();
  expect(await rows()).toEqual([]);
});

test('a session that ended in another process is believed for at most 30 seconds', async () => {
  const [one, other] = [startProcess(), startProcess()];
  await set(one.store, 's1', dataOf('ann'));
  await get(other.store, 's1');
  await destroy(one.store, 's1');
  other.advance(30_001);
  expect(await get(other.store, 's1')).toBeNull();
});

test('a session that ends while it is being read is not kept', async () => {
  await set(startProcess().store, 's1', dataOf('ann'));
  const { store } = startProcess();
  const reading = get(store, 's1');
  const ending = destroy(store, 's1');
  await Promise.all([reading, ending]);
  expect(await get(store, 's1')).toBeNull();
});

test('the sessions of one user end everywhere, all but the one named', async () => {
  const [one, other] = [startProcess(), startProcess()];
  for (const sessionId of ['s1', 's2', 's3']) await set(one.store, sessionId, dataOf('ann'));
  await set(one.store, 's4', dataOf('bob'));
  expect((await other.store.endSessionsOf('ann', 's2')).sort()).toEqual(['s1', 's3']);
  expect((await rows()).map((row) => row.sid)).toEqual(['s2', 's4']);
  expect(await one.store.endSessionsOf('ann')).toEqual(['s2']);
  for (const sessionId of ['s1', 's2', 's3']) {
    one.advance(30_001);
    expect(await get(one.store, sessionId)).toBeNull();
  }
  expect(await get(one.store, 's4')).not.toBeNull();
});

test('expired sessions are not found, and pruning removes them alone', async () => {
  const { store } = startProcess();
  await set(store, 'old', dataOf('ann', -5_000));
  await set(store, 'new', dataOf('ann', 60_000));
  expect(await get(startProcess().store, 'old')).toBeNull();
  const inner = (store as unknown as { inner: { pruneSessions(done: (error: unknown) => void): void } }).inner;
  await new Promise((resolve) => inner.pruneSessions(resolve));
  expect((await rows()).map((row) => row.sid)).toEqual(['new']);
  store.close();
});

test('without the database every operation but touch says that storage is unavailable', async () => {
  const { store } = startProcess();
  pool.down = true;
  await expect(get(store, 's1')).rejects.toThrow(StorageUnavailableError);
  await expect(set(store, 's1', dataOf('ann'))).rejects.toThrow(StorageUnavailableError);
  await expect(destroy(store, 's1')).rejects.toThrow(StorageUnavailableError);
  await expect(store.endSessionsOf('ann')).rejects.toThrow(StorageUnavailableError);
});

test('what could not be written is not believed', async () => {
  const { store } = startProcess();
  pool.down = true;
  await set(store, 's1', dataOf('ann')).catch(() => {});
  pool.down = false;
  expect(await get(store, 's1')).toBeNull();
});

test('closing the store leaves the pool open', async () => {
  startProcess().store.close();
  expect(await rows()).toEqual([]);
});

test('sessions are listed page by page in the order of their ids, and taken over as they were', async () => {
  const { store } = startProcess();
  for (const id of ['b', 'A', 'c']) await set(store, id, dataOf(id));
  const first = await store.list(undefined, 2);
  expect(first.map(({ sid }) => sid)).toEqual(['A', 'b']);
  const listed = [...first, ...(await store.list('b', 2))];
  expect(listed.map(({ sid }) => sid)).toEqual(['A', 'b', 'c']);
  const before = await rows();
  await pool.query('DELETE FROM session');
  await store.restore(listed);
  expect(await rows()).toEqual(before);
  expect(await store.list(undefined, 10)).toEqual(listed);
  expect((await get(store, 'A'))?.passport).toEqual({ user: 'A' });
});
