import { expect, test } from 'vitest';
import { createTestEnvironment } from '../storage/conformance/harness.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createRateLimiter } from './rate-limit.ts';

const rule = { name: 'calls', max: 10, windowSeconds: 60 };

function createWorld() {
  const env = createTestEnvironment();
  env.setTime(new Date('2026-01-15T12:00:00Z'));
  const storage = new MemStorage(env);
  const create = () => createRateLimiter({ now: env.now, tallies: storage.tallies });
  return { env, storage, create, limiter: create() };
}

test('lets the allowed number through, and says how long to wait for one more', () => {
  const { env, limiter } = createWorld();
  for (let n = 0; n < 10; n++) expect(limiter.take(rule, 'ann')).toBe(0);
  const wait = limiter.take(rule, 'ann');
  expect(wait).toBe(66);
  env.advance((wait - 1) * 1000);
  expect(limiter.take(rule, 'ann')).toBe(1);
  env.advance(1000);
  expect(limiter.take(rule, 'ann')).toBe(0);
  limiter.stop();
});

test('counts everybody, and every rule, by themselves', () => {
  const { limiter } = createWorld();
  for (let n = 0; n < 11; n++) limiter.take(rule, 'ann');
  expect(limiter.take(rule, 'ann')).toBeGreaterThan(0);
  expect(limiter.take(rule, 'bob')).toBe(0);
  expect(limiter.take({ ...rule, name: 'others' }, 'ann')).toBe(0);
  limiter.stop();
});

test('is not cheated by bursts on both sides of a window’s end', () => {
  const { env, limiter } = createWorld();
  env.advance(59_000);
  for (let n = 0; n < 10; n++) limiter.take(rule, 'ann');
  env.advance(2_000);
  expect(limiter.take(rule, 'ann')).toBeGreaterThan(0);
  env.advance(120_000);
  expect(limiter.take(rule, 'ann')).toBe(0);
  limiter.stop();
});

test('processes count together', async () => {
  const { create } = createWorld();
  const [one, other] = [create(), create()];
  for (let n = 0; n < 8; n++) one.take(rule, 'ann');
  for (let n = 0; n < 3; n++) other.take(rule, 'ann');
  for (const limiter of [one, other]) await limiter.share();
  expect(other.take(rule, 'ann')).toBeGreaterThan(0);
  for (const limiter of [one, other]) limiter.stop();
});

test('goes on by itself while storage is away, and counts together again afterwards', async () => {
  const { storage, env } = createWorld();
  let away = true;
  const tallies = {
    ...storage.tallies,
    add: (changes: Parameters<typeof storage.tallies.add>[0]) =>
      away ? Promise.reject(new Error('away')) : storage.tallies.add(changes),
  };
  const limiter = createRateLimiter({ now: env.now, tallies });
  for (let n = 0; n < 10; n++) limiter.take(rule, 'ann');
  await limiter.share();
  expect(limiter.take(rule, 'ann')).toBeGreaterThan(0);
  away = false;
  await limiter.share();
  const other = createRateLimiter({ now: env.now, tallies });
  for (let n = 0; n < 3; n++) other.take(rule, 'ann');
  await other.share();
  expect(other.take(rule, 'ann')).toBeGreaterThan(0);
  limiter.stop();
  other.stop();
});
