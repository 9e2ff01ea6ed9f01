import { expect, test, vi } from 'vitest';
import { createReadThroughCache } from './read-through-cache.ts';

interface Row {
  id: string;
  owner: string;
}

function createWorld(rows: Row[]) {
  const load = vi.fn(async (id: string) => rows.find((row) => row.id === id));
  return { load, cache: createReadThroughCache<Row>({ load, max: 3, ttlMs: 60_000, missTtlMs: 60_000 }) };
}

/** A source that answers when the test says so. */
function createSlowWorld() {
  const answers: ((row: Row | undefined) => void)[] = [];
  const load = vi.fn(() => new Promise<Row | undefined>((resolve) => answers.push(resolve)));
  return { load, answers, cache: createReadThroughCache<Row>({ load, max: 3, ttlMs: 60_000, missTtlMs: 60_000 }) };
}

const a = { id: 'a', owner: 'x' };

test('what was found, or not found, is asked for once', async () => {
  const { cache, load } = createWorld([a]);
  expect([await cache.get('a'), await cache.get('a')]).toEqual([a, a]);
  expect([await cache.get('b'), await cache.get('b')]).toEqual([undefined, undefined]);
  expect(load).toHaveBeenCalledTimes(2);
});

test('those who ask at the same time share one question', async () => {
  const { cache, load } = createWorld([a]);
  await Promise.all([cache.get('a'), cache.get('a'), cache.get('a')]);
  expect(load).toHaveBeenCalledTimes(1);
});

test('a dropped key is asked for again, found or not', async () => {
  const { cache, load } = createWorld([a]);
  await Promise.all([cache.get('a'), cache.get('b')]);
  cache.drop('a');
  cache.drop('b');
  await Promise.all([cache.get('a'), cache.get('b')]);
  expect(load).toHaveBeenCalledTimes(4);
});

test('an answer that was under way when its key was dropped is not kept', async () => {
  const { cache, load, answers } = createSlowWorld();
  const before = cache.get('a');
  cache.drop('a');
  const after = cache.get('a');
  answers[0]!(a);
  answers[1]!(undefined);
  expect([await before, await after]).toEqual([a, undefined]);
  expect(await cache.get('a')).toBeUndefined();
  expect(load).toHaveBeenCalledTimes(2);
});

test('values are dropped by what they are, and those under way too', async () => {
  const { cache, load, answers } = createSlowWorld();
  const before = cache.get('a');
  cache.dropWhere((row) => row.owner === 'x');
  answers[0]!(a);
  await before;
  const again = cache.get('a');
  answers[1]!(a);
  await again;
  cache.dropWhere((row) => row.owner === 'y');
  await cache.get('a');
  expect(load).toHaveBeenCalledTimes(2);
  cache.dropWhere((row) => row.owner === 'x');
  void cache.get('a');
  expect(load).toHaveBeenCalledTimes(3);
});

test('made-up keys do not push real values out', async () => {
  const { cache, load } = createWorld([a]);
  await cache.get('a');
  for (let n = 0; n < 20; n++) await cache.get(`made-up-${n}`);
  load.mockClear();
  await cache.get('a');
  expect(load).not.toHaveBeenCalled();
});

test('a source that failed is asked again', async () => {
  const load = vi.fn(async (): Promise<Row | undefined> => a).mockRejectedValueOnce(new Error('down'));
  const cache = createReadThroughCache<Row>({ load, max: 3, ttlMs: 60_000, missTtlMs: 60_000 });
  await expect(cache.get('a')).rejects.toThrow('down');
  expect(await cache.get('a')).toEqual(a);
});

test('answers what the source had last while it is away, and not what was dropped or fails otherwise', async () => {
  const away = new Error('Away');
  let fails: Error | undefined;
  const load = vi.fn(() => (fails ? Promise.reject(fails) : Promise.resolve({ n: 1 })));
  const cache = createReadThroughCache<{ n: number }>({
    load,
    max: 10,
    ttlMs: 1,
    missTtlMs: 1,
    lastWhile: { ms: 60_000, isAway: (error) => error === away },
  });
  await cache.get('kept');
  await cache.get('dropped');
  await cache.get('swept');
  fails = away;
  cache.drop('dropped');
  await expect(cache.get('dropped')).rejects.toBe(away);
  load.mockClear();
  await expect.poll(async () => [await cache.get('kept'), load.mock.calls.length > 0]).toEqual([{ n: 1 }, true]);
  await expect(cache.get('never asked')).rejects.toBe(away);
  cache.dropWhere(({ n }) => n === 1);
  await expect(cache.get('swept')).rejects.toBe(away);
});
