import type { SessionData } from 'express-session';
import { Cookie } from 'express-session';
import { expect, test } from 'vitest';
import { createMemorySessionStore, type MemorySessionStore } from './memory-session-store.ts';

const hourMs = 60 * 60 * 1000;

function createWorld() {
  let time = Date.UTC(2026, 0, 15);
  const now = () => new Date(time);
  const store = createMemorySessionStore(now);
  return {
    store,
    now,
    advance: (ms: number) => (time += ms),
    dataOf: (user?: string) => dataUntil(time + hourMs, user),
  };
}

function dataUntil(at: number, user = 'ann'): SessionData {
  const cookie = new Cookie();
  cookie.expires = new Date(at);
  return { cookie, passport: { user } };
}

function get(store: MemorySessionStore, sessionId: string): Promise<SessionData | null | undefined> {
  return new Promise((resolve, reject) => {
    store.get(sessionId, (error, data) => (error ? reject(error) : resolve(data)));
  });
}

test('a session is found until it expires', async () => {
  const { store, advance, dataOf } = createWorld();
  store.set('s1', dataOf('ann'));
  expect((await get(store, 's1'))?.passport).toEqual({ user: 'ann' });
  advance(hourMs);
  expect(await get(store, 's1')).toBeNull();
});

test('what is got is a copy', async () => {
  const { store, dataOf } = createWorld();
  store.set('s1', dataOf('ann'));
  (await get(store, 's1'))!.passport!.user = 'bob';
  expect((await get(store, 's1'))?.passport).toEqual({ user: 'ann' });
});

test('touching moves the expiry and brings no session back', async () => {
  const { store, advance, dataOf } = createWorld();
  store.set('s1', dataOf());
  advance(hourMs / 2);
  store.touch('s1', dataOf());
  store.touch('s2', dataOf());
  advance(hourMs / 2);
  expect(await get(store, 's1')).not.toBeNull();
  expect(await get(store, 's2')).toBeNull();
});

test('a destroyed session is gone', async () => {
  const { store, dataOf } = createWorld();
  store.set('s1', dataOf());
  store.destroy('s1');
  expect(await get(store, 's1')).toBeNull();
});

test('the sessions of one user end, all but the one named', async () => {
  const { store, dataOf } = createWorld();
  for (const [sessionId, user] of [
    ['s1', 'ann'],
    ['s2', 'ann'],
    ['s3', 'ann'],
    ['s4', 'bob'],
  ] as const) {
    store.set(sessionId, dataOf(user));
  }
  expect((await store.endSessionsOf('ann', 's2')).sort()).toEqual(['s1', 's3']);
  expect(store.entries().map(({ sid }) => sid)).toEqual(['s2', 's4']);
  expect(await store.endSessionsOf('ann')).toEqual(['s2']);
});

test('what has not expired can be carried over to another store', async () => {
  const { store, now, advance, dataOf } = createWorld();
  store.set('old', dataOf('ann'));
  advance(hourMs / 2);
  store.set('s1', dataOf('bob'));
  advance(hourMs / 2);
  const next = createMemorySessionStore(now);
  await next.restore(store.entries());
  expect(await get(next, 'old')).toBeNull();
  expect((await get(next, 's1'))?.passport).toEqual({ user: 'bob' });
  expect(await next.endSessionsOf('bob')).toEqual(['s1']);
});

test('sessions are listed page by page in the order of their ids', async () => {
  const { store, dataOf } = createWorld();
  for (const id of ['b', 'A', 'c']) store.set(id, dataOf(id));
  const first = await store.list(undefined, 2);
  expect(first.map(({ sid }) => sid)).toEqual(['A', 'b']);
  expect((await store.list('b', 2)).map(({ sid }) => sid)).toEqual(['c']);
});
