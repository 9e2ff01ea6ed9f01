import { expect, test } from 'vitest';
import { HttpProblem } from '../../http/problem.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import { createSignInThrottle } from './sign-in-throttle.ts';

function createWorld() {
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  const throttle = createSignInThrottle({ storage, now: env.now });
  const ann = { account: 'ann@example.com', address: '192.0.2.1' };
  return {
    throttle,
    ann,
    advance: (seconds: number) => env.advance(seconds * 1000),
    /** A second process on the same storage. */
    elsewhere: createSignInThrottle({ storage, now: env.now }),
    fail: (who = ann) => throttle.attempt(who, async () => undefined),
    succeed: (who = ann) => throttle.attempt(who, async () => 'ann'),
    /** How many seconds must be waited now; the attempt counts when it is none. */
    async waitOf(who = ann): Promise<number> {
      try {
        await throttle.attempt(who, async () => undefined);
        return 0;
      } catch (error) {
        if (!(error instanceof HttpProblem) || error.code !== 'too-many-requests') throw error;
        return Number(error.headers['Retry-After']);
      }
    },
  };
}

test('the first five failures cost nothing', async () => {
  const { waitOf } = createWorld();
  for (let n = 0; n < 5; n++) expect(await waitOf()).toBe(0);
  expect(await waitOf()).toBe(1);
});

test('each further failure costs twice the wait, up to five minutes', async () => {
  const { fail, waitOf, advance } = createWorld();
  for (let n = 0; n < 5; n++) await fail();
  const waits: number[] = [];
  for (let n = 0; n < 11; n++) {
    const wait = await waitOf();
    waits.push(wait);
    advance(wait);
    await fail();
  }
  expect(waits).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]);
});

test('a success ends the wait, an hour without attempts too', async () => {
  const { fail, succeed, waitOf, advance } = createWorld();
  for (let n = 0; n < 5; n++) await fail();
  advance(1);
  expect(await succeed()).toBe('ann');
  for (let n = 0; n < 5; n++) expect(await waitOf()).toBe(0);
  expect(await waitOf()).toBe(1);
  advance(3601);
  for (let n = 0; n < 5; n++) expect(await waitOf()).toBe(0);
});

test('a stranger at another address does not lock the owner out, nor one account another', async () => {
  const { ann, fail, succeed, waitOf } = createWorld();
  const stranger = { ...ann, address: '198.51.100.7' };
  for (let n = 0; n < 5; n++) await fail(stranger);
  expect(await waitOf(stranger)).toBe(1);
  expect(await succeed()).toBe('ann');
  expect(await succeed({ ...stranger, account: 'bob@example.com' })).toBe('ann');
});

test('attempts made at the same time are counted before they end', async () => {
  const { throttle, ann } = createWorld();
  let ran = 0;
  const attempts = Array.from({ length: 50 }, () =>
    throttle.attempt(ann, async () => {
      ran++;
      return undefined;
    }),
  );
  await Promise.allSettled(attempts);
  expect(ran).toBe(5);
});

test('an attempt that could not be made does not count', async () => {
  const { throttle, ann, waitOf } = createWorld();
  for (let n = 0; n < 20; n++) {
    await expect(throttle.attempt(ann, () => Promise.reject(new Error('down')))).rejects.toThrow('down');
  }
  expect(await waitOf()).toBe(0);
});

test('failures in one process count in every other', async () => {
  const { ann, fail, elsewhere } = createWorld();
  for (let n = 0; n < 5; n++) await fail();
  await expect(elsewhere.attempt(ann, async () => 'ann')).rejects.toMatchObject({ code: 'too-many-requests' });
});
