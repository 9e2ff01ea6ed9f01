import { expect, test } from 'vitest';
import { createStore } from './store.ts';
import { fakeStorage } from './testing/fake-storage.ts';
import type { Kept, OutboxEntry } from './types.ts';

const kept: Kept = { visitor: null, conversation: { clientId: 'c', id: null }, muted: true };
const entry = (id: string, at: number): OutboxEntry => ({
  id,
  at,
  conversation: 'c',
  conversationId: null,
  content: id,
});
const blocked = () => {
  throw new DOMException('blocked', 'SecurityError');
};

test('making a store writes nothing', () => {
  const storage = fakeStorage();
  const store = createStore('k', () => storage);
  expect(store.load()).toBeNull();
  expect(store.entries()).toEqual([]);
  expect(store.isBlocked()).toBe(false);
  expect(storage.length).toBe(0);
});

test('what is kept is there for the next page, oldest message first', () => {
  const storage = fakeStorage();
  const store = createStore('k', () => storage);
  store.save(kept);
  store.put(entry('b', 2));
  store.put(entry('a', 1));
  const next = createStore('k', () => storage);
  expect(next.load()).toEqual(kept);
  expect(next.entries().map(({ id }) => id)).toEqual(['a', 'b']);
});

test('stores of two people share a browser and see nothing of each other', () => {
  const storage = fakeStorage();
  const anonymous = createStore('k', () => storage);
  const ann = createStore('k:sub:ann', () => storage);
  anonymous.save(kept);
  anonymous.put(entry('a', 1));
  expect(ann.load()).toBeNull();
  expect(ann.entries()).toEqual([]);
  ann.put(entry('b', 1));
  anonymous.clear();
  expect(ann.entries()).toHaveLength(1);
  ann.clear();
  expect(storage.length).toBe(0);
});

test('where storage is blocked it goes on in memory and says so', () => {
  const store = createStore('k', blocked);
  store.save(kept);
  store.put(entry('a', 1));
  expect(store.isBlocked()).toBe(true);
  expect(store.load()).toEqual(kept);
  expect(store.entries()).toHaveLength(1);
  store.remove('a');
  expect(store.entries()).toEqual([]);
});

test('where storage is full nothing is lost and it says so', () => {
  const store = createStore('k', () => fakeStorage(2));
  store.save(kept);
  store.put(entry('a', 1));
  store.put(entry('b', 2));
  expect(store.isBlocked()).toBe(true);
  expect(store.load()).toEqual(kept);
  expect(store.entries().map(({ id }) => id)).toEqual(['a', 'b']);
});

test('what others wrote under its keys breaks nothing', () => {
  const storage = fakeStorage();
  storage.setItem('k', '{broken');
  storage.setItem('k:out:x', 'null');
  const store = createStore('k', () => storage);
  expect(store.load()).toBeNull();
  expect(store.entries()).toEqual([]);
});
