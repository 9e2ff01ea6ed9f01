import { pino } from 'pino';
import { afterEach, describe, expect, type TestContext, test, vi } from 'vitest';
import { systemEnvironment } from '../lib/clock-and-ids.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { startRedis } from '../testing/redis.ts';
import { createBus } from './bus.ts';
import { createRedisTransport } from './redis-transport.ts';
import { Relay } from './relay.ts';

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

async function redisOrSkip({ skip }: TestContext, settings: string[] = []) {
  const redis = await startRedis(settings);
  if (redis.url === undefined) return skip(redis.reason);
  opened.push(() => redis.stop());
  return redis;
}

async function startProcess(url: string, channel = 'ours') {
  const bus = createBus((_name, error) => {
    throw error;
  });
  const process = { bus, heard: [] as string[], gaps: 0, relay: undefined as unknown as Relay };
  bus.subscribe('session.ended', ({ userId }, origin) => {
    if (origin === 'relay') process.heard.push(userId);
  });
  const onGap = () => {
    process.gaps += 1;
  };
  process.relay = new Relay({
    bus,
    storage: new MemStorage(systemEnvironment),
    transport: await createRedisTransport(url, channel),
    log: pino({ level: 'silent' }),
    onGap,
    timing: { gapMs: 10, helloMs: 5_000 },
  });
  opened.push(() => process.relay.close());
  await process.relay.start();
  return process;
}

const until = (condition: () => boolean) => vi.waitFor(() => expect(condition()).toBe(true), { timeout: 10_000 });

describe('through Redis', () => {
  test.for([
    { kind: 'sharded', settings: [] },
    { kind: 'not sharded', settings: ['--rename-command', 'SSUBSCRIBE', '', '--rename-command', 'SPUBLISH', ''] },
  ])(
    'what happens in one process is heard in all others of its installation, in order: $kind',
    async ({ settings }, context) => {
      const { url } = await redisOrSkip(context, settings);
      const [a, b, c] = [await startProcess(url), await startProcess(url), await startProcess(url)];
      const stranger = await startProcess(url, 'theirs');
      const said = Array.from({ length: 500 }, (_, n) => `user-${n}-${'x'.repeat(n)}`);
      for (const userId of said) b.bus.publish('session.ended', { userId });
      await until(() => a.heard.length === 500 && c.heard.length === 500);
      expect(a.heard).toEqual(said);
      expect(c.heard).toEqual(said);
      expect([b.heard, stranger.heard]).toEqual([[], []]);
      expect([a, b, c, stranger].map(({ gaps }) => gaps)).toEqual([0, 0, 0, 0]);
    },
  );

  test('a Redis that was away is found again, and what may have been missed is told', async (context) => {
    const redis = await redisOrSkip(context);
    const [a, b] = [await startProcess(redis.url), await startProcess(redis.url)];
    await redis.stop();
    a.bus.publish('session.ended', { userId: 'meanwhile' });
    await redis.start();
    await until(() => a.gaps > 0 && b.gaps > 0 && a.relay.peers === 1 && b.relay.peers === 1);
    a.bus.publish('session.ended', { userId: 'afterwards' });
    await until(() => b.heard.includes('afterwards'));
  });
});

test('a Redis that cannot be reached is an error at the start', async () => {
  await expect(startProcess('redis://127.0.0.1:1')).rejects.toThrow(/ECONNREFUSED/);
});
