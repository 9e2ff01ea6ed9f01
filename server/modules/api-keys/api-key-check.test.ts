import { pino } from 'pino';
import { expect, test, vi } from 'vitest';
import { createBus } from '../../events/bus.ts';
import { sha256Hex } from '../../lib/secrets.ts';
import { createTestEnvironment } from '../../storage/conformance/harness.ts';
import { addClient, apiKeyInput } from '../../storage/conformance/worlds.ts';
import { MemStorage } from '../../storage/memory/mem-storage.ts';
import { testConfig } from '../../testing/route-world.ts';
import { createApiKeyCheck } from './api-key-check.ts';

async function createWorld(key = 'ck_secret', config = testConfig) {
  const env = createTestEnvironment();
  const storage = new MemStorage(env);
  const bus = createBus(() => {});
  const lines: string[] = [];
  const log = pino({}, { write: (line: string) => void lines.push(line) });
  const { client } = await addClient(storage);
  const apiKey = await client.apiKeys.create(apiKeyInput({ keyHash: sha256Hex(key) }));
  const find = vi.spyOn(storage.directory, 'findApiKeyByHash');
  const check = createApiKeyCheck({ config, storage, bus, log, now: env.now });
  const lastUsedAt = async () => (await client.apiKeys.find(apiKey.id))!.lastUsedAt;
  return { env, storage, bus, lines, client, apiKey, find, check, lastUsedAt };
}

test('a key opens the storage of its own client', async () => {
  const { check, client, apiKey } = await createWorld();
  const caller = await check('ck_secret');
  expect(caller).toMatchObject({ kind: 'apiKey', clientId: client.clientId, apiKey: { id: apiKey.id } });
  expect(caller!.storage.clientId).toBe(client.clientId);
});

test('an unknown key, and one of absurd length, are nobody’s', async () => {
  const { check, find } = await createWorld();
  expect(await check('ck_other')).toBeUndefined();
  expect(await check('x'.repeat(100_000))).toBeUndefined();
  expect(find).toHaveBeenCalledTimes(1);
});

test('storage is asked once for a key in use', async () => {
  const { check, find } = await createWorld();
  for (let n = 0; n < 10; n++) await check('ck_secret');
  expect(find).toHaveBeenCalledTimes(1);
});

test('a revoked key is refused at once', async () => {
  const { check, client, apiKey, bus, env } = await createWorld();
  await check('ck_secret');
  await client.apiKeys.revoke(apiKey.id, env.now());
  bus.publish('apiKey.revoked', { clientId: client.clientId, apiKeyId: apiKey.id, keyHash: apiKey.keyHash });
  expect(await check('ck_secret')).toBeUndefined();
});

test('the keys of a removed client are refused at once', async () => {
  const { check, client, bus } = await createWorld();
  await check('ck_secret');
  await client.client.remove();
  bus.publish('client.removed', { clientId: client.clientId });
  expect(await check('ck_secret')).toBeUndefined();
});

test('a use is noted at most once a minute', async () => {
  const { check, env, lastUsedAt } = await createWorld();
  const first = env.now();
  await check('ck_secret');
  await expect.poll(lastUsedAt).toEqual(first);
  env.advance(59_000);
  await check('ck_secret');
  expect(await lastUsedAt()).toEqual(first);
  env.advance(1_000);
  await check('ck_secret');
  await expect.poll(lastUsedAt).toEqual(env.now());
});

test('a use that cannot be noted is logged and does not refuse the caller', async () => {
  const { check, client, storage, lines } = await createWorld();
  const broken = storage.forClient(client.clientId);
  vi.spyOn(storage, 'forClient').mockReturnValue({
    ...broken,
    apiKeys: { ...broken.apiKeys, markUsed: () => Promise.reject(new Error('down')) },
  });
  expect(await check('ck_secret')).toBeDefined();
  await expect.poll(() => lines.join()).toContain('api-key.mark-used-failed');
});

test('the demo key is a key like any other in development and nobody’s in production', async () => {
  const development = await createWorld('demo');
  expect(await development.check('demo')).toBeDefined();
  const production = await createWorld('demo', { ...testConfig, production: true });
  expect(await production.check('demo')).toBeUndefined();
  expect(production.find).not.toHaveBeenCalled();
});
