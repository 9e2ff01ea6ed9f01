import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from './api.ts';
import { createOutbox, type OutboxOptions } from './outbox.ts';
import { createStore, type Store } from './store.ts';
import { fakeStorage } from './testing/fake-storage.ts';
import type { OutboxEntry } from './types.ts';

let storage: Storage;
let store: Store;
let attempts: OutboxEntry[];
let deliver: OutboxOptions['deliver'];

const entry = (id: string, at = 1): OutboxEntry => ({
  id,
  conversation: 'conversation-1',
  conversationId: null,
  content: `text of ${id}`,
  at,
});
const ids = () => attempts.map((attempt) => attempt.id);
const create = () =>
  createOutbox({
    store,
    deliver: (one) => {
      attempts.push(one);
      return deliver(one);
    },
    changed: () => {},
  });

beforeEach(() => {
  vi.useFakeTimers();
  storage = fakeStorage();
  store = createStore('confab-chat:key', () => storage);
  attempts = [];
  deliver = async () => {};
});
afterEach(() => vi.useRealTimers());

test('a message is kept before anything is sent, and forgotten once it is acknowledged', async () => {
  let acknowledge = () => {};
  deliver = () => new Promise((resolve) => (acknowledge = resolve));
  const outbox = create();
  outbox.add(entry('a'));
  expect(store.entries().map(({ id }) => id)).toEqual(['a']);
  acknowledge();
  await vi.waitFor(() => expect(store.entries()).toEqual([]));
  expect(outbox.entries()).toEqual([]);
});

test('a message that fails is tried again for ever with the same id, and less and less often', async () => {
  deliver = async () => {
    throw new ApiError(0);
  };
  const outbox = create();
  outbox.add(entry('a'));
  await vi.advanceTimersByTimeAsync(1000);
  const early = attempts.length;
  expect(early).toBeGreaterThanOrEqual(2);
  expect(outbox.isFailing()).toBe(true);
  await vi.advanceTimersByTimeAsync(24 * 60 * 60 * 1000);
  const perDay = attempts.length;
  expect(perDay).toBeGreaterThan((24 * 60 * 60) / 31);
  expect(perDay).toBeLessThan((24 * 60 * 60) / 14);
  deliver = async () => {};
  await vi.advanceTimersByTimeAsync(31_000);
  expect(new Set(ids())).toEqual(new Set(['a']));
  expect(outbox.entries()).toEqual([]);
  expect(outbox.isFailing()).toBe(false);
});

test.each([429, 500, 502, 503, 401, 403, 404])('status %i is no reason to give up', async (status) => {
  deliver = async () => {
    throw new ApiError(status);
  };
  const outbox = create();
  outbox.add(entry('a'));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(attempts.length).toBeGreaterThan(3);
  expect(outbox.entries()).toHaveLength(1);
});

test('a server that names a time is not asked before', async () => {
  deliver = async () => {
    throw new ApiError(503, 120_000);
  };
  create().add(entry('a'));
  await vi.advanceTimersByTimeAsync(119_000);
  expect(attempts).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(2000);
  expect(attempts).toHaveLength(2);
});

test('messages go in the order they were written, none before the one ahead is stored', async () => {
  let isDown = true;
  deliver = async () => {
    if (isDown) throw new ApiError(0);
  };
  const outbox = create();
  outbox.add(entry('a', 1));
  outbox.add(entry('b', 2));
  outbox.add(entry('c', 3));
  await vi.advanceTimersByTimeAsync(5000);
  expect(new Set(ids())).toEqual(new Set(['a']));
  isDown = false;
  attempts = [];
  await vi.advanceTimersByTimeAsync(30_000);
  expect(ids()).toEqual(['a', 'b', 'c']);
});

test('a message the server will never take is kept for the visitor and lets the others pass', async () => {
  deliver = async ({ id }) => {
    if (id === 'a') throw new ApiError(400);
  };
  const outbox = create();
  outbox.add(entry('a', 1));
  outbox.add(entry('b', 2));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ids()).toEqual(['a', 'b']);
  expect(outbox.entries()).toMatchObject([{ id: 'a', refused: true }]);
  outbox.discard('a');
  expect(store.entries()).toEqual([]);
});

test('what a page left behind is sent by the next one, under the same ids and in order', async () => {
  deliver = async () => {
    throw new ApiError(0);
  };
  const first = create();
  first.add(entry('a', 1));
  first.add(entry('b', 2));
  await vi.advanceTimersByTimeAsync(0);
  first.stop();
  attempts = [];
  deliver = async () => {};
  store = createStore('confab-chat:key', () => storage);
  create();
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual(['a', 'b']);
});

test('when the way is free again nobody waits', async () => {
  deliver = async () => {
    throw new ApiError(0);
  };
  const outbox = create();
  outbox.add(entry('a'));
  await vi.advanceTimersByTimeAsync(120_000);
  attempts = [];
  deliver = async () => {};
  outbox.retryNow();
  await vi.advanceTimersByTimeAsync(0);
  expect(ids()).toEqual(['a']);
});

test('that the way is free again shortens no time the server has named', async () => {
  deliver = async () => {
    throw new ApiError(429, 20_000);
  };
  const outbox = create();
  outbox.add(entry('a'));
  await vi.advanceTimersByTimeAsync(0);
  outbox.retryNow();
  await vi.advanceTimersByTimeAsync(19_000);
  expect(ids()).toEqual(['a']);
  await vi.advanceTimersByTimeAsync(1_500);
  expect(ids()).toEqual(['a', 'a']);
});

test('another tab’s message is shown at once and sent from here only if that tab does not', async () => {
  const outbox = create();
  store.put(entry('theirs'));
  outbox.reload();
  expect(outbox.entries().map(({ id }) => id)).toEqual(['theirs']);
  await vi.advanceTimersByTimeAsync(9000);
  expect(attempts).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(ids()).toEqual(['theirs']);
});

test('nothing is sent or written once it is stopped', async () => {
  deliver = async () => {
    throw new ApiError(0);
  };
  const outbox = create();
  outbox.add(entry('a'));
  await vi.advanceTimersByTimeAsync(0);
  outbox.stop();
  store.clear();
  attempts = [];
  outbox.bind('conversation-1', 'id-1');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(attempts).toEqual([]);
  expect(storage.length).toBe(0);
});

test('what is stored after it was stopped is sent again by the next one, which learns where it went', async () => {
  let stored = () => {};
  deliver = () =>
    new Promise((resolve) => {
      stored = resolve;
    });
  const outbox = create();
  outbox.add(entry('a'));
  outbox.stop();
  stored();
  await vi.advanceTimersByTimeAsync(0);
  expect(store.entries().map(({ id }) => id)).toEqual(['a']);
});
