import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Config } from '../../../config.ts';
import { createDiskFileStore } from '../../../files/disk-file-store.ts';
import type { FileStore } from '../../../files/file-store.ts';
import { createTestEnvironment } from '../../../storage/conformance/harness.ts';
import { addClient, strangeId } from '../../../storage/conformance/worlds.ts';
import { MemStorage } from '../../../storage/memory/mem-storage.ts';
import {
  type Answering,
  type FakeEndpoint,
  hangingUp,
  startFakeEndpoint,
  withJson,
} from '../../../testing/fake-endpoint.ts';
import { createMemoryFileStore } from '../../../testing/memory-file-store.ts';
import { testConfig } from '../../../testing/route-world.ts';
import { type Check, type CheckResult, runChecks } from '../check.ts';
import { deliveriesCheck } from './deliveries.ts';
import { diskChecks } from './disk.ts';
import { filesCheck } from './files.ts';
import { mailCheck } from './mail.ts';
import { modelChecks } from './models.ts';
import { processesCheck } from './processes.ts';
import { queueChecks } from './queue.ts';
import { replicaCheck } from './replica.ts';
import { settingsChecks } from './settings.ts';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

const run = async (...checks: Check[]) => runChecks(checks);
async function one(check: Check | undefined): Promise<CheckResult> {
  return (await runChecks([check!]))[0]!;
}

describe('disk', () => {
  const space = (bavail: number) => async () => ({ bsize: 1_000_000, blocks: 100_000, bavail });

  test.each([
    [50_000, 'green', '50.0 GB free on /data, 50 %.'],
    [10_000, 'yellow', '10.0 GB free on /data, 10 %.'],
    [100, 'red', '100 MB free on /data, 0 %.'],
  ])('%d free blocks are %s', async (free, verdict, seen) => {
    expect(await one(diskChecks({ data: '/data', files: undefined }, space(free))[0])).toMatchObject({ verdict, seen });
  });

  test('a folder that is not made yet is on the disk of the one above it', async () => {
    const folder = join(tmpdir(), 'never-made', 'deeper');
    expect((await one(diskChecks({ data: folder, files: undefined })[0])).seen).toMatch(/free on .*never-made/);
  });

  test('files in a folder of their own are looked at too', () => {
    expect(diskChecks({ data: '/data', files: '/files' }).map(({ id }) => id)).toEqual(['disk-data', 'disk-files']);
    expect(diskChecks({ data: '/data', files: '/data' })).toHaveLength(1);
  });
});

describe('jobs', () => {
  async function world() {
    const env = createTestEnvironment();
    const storage = new MemStorage(env);
    opened.push(() => storage.close());
    const { client } = await addClient(storage);
    const look = async (more: { jobs?: boolean; storage?: 'memory' | 'database' } = {}) => {
      const given = { queue: storage.queue, now: env.now, jobs: true, storage: 'database' as const, ...more };
      return Object.fromEntries((await run(...queueChecks(given))).map((result) => [result.id, result]));
    };
    return { env, storage, client, look };
  }

  test('jobs that wait for long are told, with how long', async () => {
    const { env, client, look } = await world();
    expect((await look())['jobs-waiting']).toMatchObject({ verdict: 'green', seen: 'None waits.' });
    await client.jobs.enqueue({ kind: 'answer', subjectId: strangeId() });
    env.advance(90_000);
    expect((await look())['jobs-waiting']).toMatchObject({ verdict: 'yellow', seen: '1 wait, the oldest for 90 s.' });
    env.advance(600_000);
    expect((await look())['jobs-waiting']?.verdict).toBe('red');
  });

  test('jobs that fail and jobs that were left are told', async () => {
    const { env, storage, client, look } = await world();
    expect((await look())['jobs-troubled']?.verdict).toBe('green');
    for (let n = 0; n < 2; n++) await client.jobs.enqueue({ kind: 'answer', subjectId: strangeId() });
    const [failed] = await storage.queue.claim({ kinds: ['answer'], limit: 2, leaseMs: 1_000 });
    await storage.queue.giveBack(failed!, { runAt: env.now(), error: 'It did not answer.' });
    expect((await look())['jobs-troubled']).toMatchObject({
      verdict: 'yellow',
      seen: expect.stringContaining('1 failed'),
    });
    env.advance(2_000);
    expect((await look())['jobs-troubled']?.seen).toContain('1 were left');
  });

  test('JOBS=off is wrong where no other process can work on them, and only there', async () => {
    const { look } = await world();
    expect((await look({ jobs: false, storage: 'memory' }))['jobs-worked-on']).toMatchObject({ verdict: 'red' });
    expect((await look({ jobs: false }))['jobs-worked-on']?.verdict).toBe('green');
  });
});

describe('outgoing webhooks', () => {
  test.each([
    [0, 'green', 'None waits; 1 webhooks are failing.'],
    [90, 'yellow', '3 wait, the oldest for 90 s; 1 webhooks are failing.'],
    [700, 'red', '3 wait, the oldest for 700 s; 1 webhooks are failing.'],
  ])('deliveries that wait for %d s are %s', async (seconds, verdict, seen) => {
    const now = new Date(Date.UTC(2026, 0, 15));
    const oldest = seconds === 0 ? null : new Date(now.getTime() - seconds * 1000);
    const queue = { waiting: async () => ({ count: seconds === 0 ? 0 : 3, oldest, webhooksFailing: 1 }) };
    expect(await one(deliveriesCheck({ queue, now: () => now, jobs: true }))).toMatchObject({ verdict, seen });
  });
});

describe('files', () => {
  test('what was written for the check is gone afterwards', async () => {
    const store = createMemoryFileStore();
    const keys: string[] = [];
    const watched: FileStore = {
      ...store,
      put: async (bytes) => {
        const kept = await store.put(bytes);
        keys.push(kept.key);
        return kept;
      },
    };
    expect((await one(filesCheck(watched, 'disk'))).verdict).toBe('green');
    expect(keys).toHaveLength(1);
    expect(await store.stat(keys[0]!)).toBeUndefined();
  });

  test('a folder that cannot be written to is told', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'confab-files-'));
    opened.push(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'file'), '');
    const found = await one(filesCheck(createDiskFileStore(join(folder, 'file')), 'disk'));
    expect(found).toMatchObject({ verdict: 'red', seen: expect.stringContaining('ENOTDIR') });
  });

  test('a store that gives something else back is told', async () => {
    const store = { ...createMemoryFileStore(), open: async () => undefined };
    expect(await one(filesCheck(store, 's3'))).toMatchObject({
      verdict: 'red',
      seen: 's3: what was written does not come back.',
    });
  });
});

describe('mail', () => {
  async function mailServer(answerTo: (line: string) => string): Promise<{ url: string }> {
    const server: Server = createServer((socket) => {
      socket.write('220 mail.example\r\n');
      socket.on('error', () => undefined);
      socket.on('data', (data) => socket.write(answerTo(String(data))));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    opened.push(() => server.close());
    return { url: `smtp://ann:secret@127.0.0.1:${(server.address() as AddressInfo).port}` };
  }

  test('a mail server that lets this server in is well', async () => {
    const server = await mailServer((line) => (line.startsWith('EHLO') ? '250 AUTH PLAIN\r\n' : '235 good\r\n'));
    expect((await one(mailCheck(server))).verdict).toBe('green');
  });

  test('a wrong password is told, without the password', async () => {
    const server = await mailServer((line) =>
      line.startsWith('EHLO') ? '250 AUTH PLAIN\r\n' : '535 5.7.8 authentication failed\r\n',
    );
    const found = await one(mailCheck(server));
    expect(found).toMatchObject({ verdict: 'red', seen: expect.stringContaining('535') });
    expect(JSON.stringify(found)).not.toContain('secret');
  });

  test('nobody at that port is told, and no mail server at all is only a hint', async () => {
    expect(await one(mailCheck({ url: 'smtp://127.0.0.1:1' }))).toMatchObject({
      verdict: 'red',
      seen: expect.stringContaining('ECONNREFUSED'),
    });
    expect(await one(mailCheck(undefined))).toMatchObject({ verdict: 'yellow' });
  });
});

describe('models', () => {
  async function endpoint(answer: Answering): Promise<FakeEndpoint> {
    const fake = await startFakeEndpoint(answer);
    opened.push(fake.close);
    return fake;
  }
  const ask = (origin: string, model = 'small-1') =>
    one(modelChecks({ model: { baseUrl: `${origin}/v1`, model, apiKey: 'key-1' }, embeddings: undefined })[0]);

  test('one list of models is asked for with the key, and nothing is spent', async () => {
    const fake = await endpoint(withJson({ data: [{ id: 'small-1' }] }));
    expect((await ask(fake.origin)).verdict).toBe('green');
    expect(fake.taken.map(({ method, path, headers }) => [method, path, headers.authorization])).toEqual([
      ['GET', '/v1/models', 'Bearer key-1'],
    ]);
  });

  test.each<[string, Answering, string, string]>([
    ['that refuses the key', withJson({}, 401), 'red', 'LLM_API_KEY'],
    ['that has a fault', withJson({}, 503), 'red', 'provider'],
    ['that hangs up', hangingUp, 'red', 'LLM_BASE_URL'],
    ['that has no such address', withJson({}, 404), 'yellow', '/v1'],
    ['that does not know the model', withJson({ data: [{ id: 'other' }] }), 'yellow', 'LLM_MODEL'],
    ['that sends something else', withJson('hello'), 'yellow', 'LLM_BASE_URL'],
  ])('an endpoint %s is told, and what to correct', async (_name, answer, verdict, advice) => {
    const found = await ask((await endpoint(answer)).origin);
    expect(found).toMatchObject({ verdict, advice: expect.stringContaining(advice) });
    expect(JSON.stringify(found)).not.toContain('key-1');
  });

  test('no model, and no model for search by meaning, are well', async () => {
    const found = await run(...modelChecks({ model: undefined, embeddings: undefined }));
    expect(found.map(({ verdict }) => verdict)).toEqual(['green', 'green']);
  });
});

describe('settings', () => {
  const keys = (count: number) => Array.from({ length: count }, (_, n) => Buffer.alloc(32, n));
  async function look(config: Partial<Config>, { session = 1, encryption = 1 } = {}) {
    const sessionSecrets = Array.from({ length: session }, () => 's'.repeat(32));
    const secrets = { sessionSecrets, sealingKeys: keys(encryption + session) };
    const found = await run(...settingsChecks({ ...testConfig, production: true, ...config }, secrets));
    return Object.fromEntries(found.map((result) => [result.id, result]));
  }

  test('secrets are counted: none for sealing in production, and too many that should be gone', async () => {
    expect((await look({})).secrets?.verdict).toBe('green');
    const none = (await look({}, { encryption: 0 })).secrets;
    expect(none).toMatchObject({ verdict: 'yellow', advice: expect.stringContaining('ENCRYPTION_KEY') });
    expect((await look({}, { session: 3 })).secrets).toMatchObject({
      verdict: 'yellow',
      seen: expect.stringContaining('3,'),
    });
  });

  test.each<[string, Partial<Config>, string]>([
    ['no PUBLIC_URL', { publicUrl: undefined }, 'yellow'],
    ['plain HTTP with cookies for HTTPS', { publicUrl: 'http://chat.example.com', cookieSecure: true }, 'red'],
    ['plain HTTP', { publicUrl: 'http://chat.example.com', cookieSecure: false }, 'red'],
    ['HTTPS with cookies for HTTP', { publicUrl: 'https://chat.example.com', cookieSecure: false }, 'yellow'],
    ['HTTPS', { publicUrl: 'https://chat.example.com', cookieSecure: true }, 'green'],
    ['this machine', { publicUrl: 'http://localhost:4000' }, 'green'],
  ])('%s is judged', async (_name, config, verdict) => {
    expect((await look(config)).https?.verdict).toBe(verdict);
  });

  test('limits that are off in production are told', async () => {
    expect((await look({ rateLimits: false })).limits?.verdict).toBe('yellow');
    expect((await look({ rateLimits: true })).limits?.verdict).toBe('green');
  });
});

describe('replica', () => {
  test('one that is behind or away is told, and none is well', async () => {
    const figures = { readsOnReplica: 5, readsOnPrimary: 2 };
    const verdictOf = async (state?: 'up' | 'behind' | 'away') =>
      (await one(replicaCheck(() => state && { state, ...figures }))).verdict;
    expect([await verdictOf(), await verdictOf('up')]).toEqual(['green', 'green']);
    expect([await verdictOf('behind'), await verdictOf('away')]).toEqual(['yellow', 'yellow']);
  });
});

describe('other processes', () => {
  const look = (state: Parameters<typeof processesCheck>[0], redisUrl?: string) => one(processesCheck(state, redisUrl));

  test('a lost connection for LISTEN or Redis is told, and so is looking for changes', async () => {
    expect(await look(() => ({ by: 'notify', connected: true, peers: 1 }))).toMatchObject({
      verdict: 'green',
      seen: 'LISTEN and NOTIFY; 1 other process.',
    });
    expect((await look(() => ({ by: 'notify', connected: false, peers: 0 }))).verdict).toBe('red');
    const redis = await look(() => ({ by: 'redis', connected: false, peers: 0 }), 'redis://localhost');
    expect(redis).toMatchObject({ verdict: 'red', advice: expect.stringContaining('REDIS_URL') });
    expect((await look(() => ({ by: 'looking', connected: true, peers: 0 }))).verdict).toBe('yellow');
    expect((await look(() => ({ by: 'nothing', connected: true, peers: 0 }))).verdict).toBe('green');
  });
});
