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

test('many processes together let little more through than one, also of who stays far from the limit in each', async () => {
  const { env, storage } = createWorld();
  const large = { ...rule, max: 100 };
  const create = () => createRateLimiter({ now: env.now, tallies: storage.tallies, peers: () => 19 });
  const limiters = Array.from({ length: 20 }, create);
  for (let minute = 0; minute < 3; minute++) {
    let taken = 0;
    for (let second = 0; second < 60; second++) {
      const isCalling = second % 3 === 0;
      for (const limiter of limiters) if (isCalling && limiter.take(large, 'ann') === 0) taken++;
      env.advance(1_000);
      for (const limiter of limiters) await limiter.share();
    }
    // What is let through in the second in which the limit is reached comes on top.
    expect(taken).toBeLessThanOrEqual(large.max + limiters.length);
  }
  for (const limiter of limiters) limiter.stop();
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
