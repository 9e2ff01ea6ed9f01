import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Cookie, type SessionData } from 'express-session';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { databaseUrl, withConnection } from '../testing/databases.ts';
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../testing/postgres.ts';
import { addClient, addUser } from './conformance/worlds.ts';
import { createStorage, type OpenedStorage, StartError, type StorageConfig } from './create-storage.ts';
import { MIGRATIONS_TABLE } from './database/migrate.ts';

const log = pino({ level: 'silent' });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'confab-storage-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function configOf(given: Partial<StorageConfig>): StorageConfig {
  return {
    databaseUrl: undefined,
    databaseDriver: 'pg',
    databasePooler: 'auto',
    databasePoolMax: 4,
    storage: undefined,
    production: false,
    dataDir: folder,
    ...given,
  };
}

const open = (given: Partial<StorageConfig>) => createStorage(configOf(given), log);

/** The sentence with which the start ends. */
async function refusal(given: Partial<StorageConfig>): Promise<string> {
  const error = await open(given).then(
    async (opened) => {
      await opened.stop();
      throw new Error('The storage was opened.');
    },
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(StartError);
  const { message } = error as StartError;
  expect(message).toMatch(/^[^\n]+\.$/);
  return message;
}

function sessionOf(userId: string): SessionData {
  const cookie = new Cookie();
  cookie.expires = new Date(Date.now() + 60_000);
  return { cookie, passport: { user: userId } };
}

function saveSession({ sessionStore }: OpenedStorage, userId: string): Promise<void> {
  return new Promise((resolve, reject) => {
    sessionStore.set('s1', sessionOf(userId), (error) => (error ? reject(error) : resolve()));
  });
}

function sessionUser({ sessionStore }: OpenedStorage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    sessionStore.get('s1', (error, data) => (error ? reject(error) : resolve(data?.passport?.user)));
  });
}

describe('without DATABASE_URL', () => {
  test('data and sign-ins are in memory, survive an orderly stop, and one line says how to keep them', async () => {
    const dataDir = path.join(folder, 'memory');
    const first = await open({ dataDir });
    expect(first.storage.kind).toBe('memory');
    expect(first.pool).toBeUndefined();
    expect(first.note).toMatch(/^Data is in memory[^\n]*DATABASE_URL[^\n]*$/);
    const user = await addUser(first.storage);
    await saveSession(first, user.id);
    await first.stop();
    expect(statSync(path.join(dataDir, 'memory-state.jsonl')).mode & 0o777).toBe(0o600);

    const second = await open({ dataDir });
    expect(second.note).toMatch(/^Data is in memory as it was saved on \d{4}-\d\d-\d\d at \d\d:\d\d:\d\d UTC, and is /);
    expect(await second.storage.accounts.findUser(user.id)).toEqual(user);
    expect(await sessionUser(second)).toBe(user.id);
    await second.stop();
  });

  test('a saved state that cannot be read ends the start and is left as it is', async () => {
    const dataDir = mkdtempSync(path.join(folder, 'damaged-'));
    const file = path.join(dataDir, 'memory-state.jsonl');
    writeFileSync(file, '{"confab":"state","version":1}\n{"table"');
    expect(await refusal({ dataDir })).toContain(file);
    expect(readFileSync(file, 'utf8')).toContain('{"table"');
  });

  test('production refuses, unless memory is asked for in so many words', async () => {
    expect(await refusal({ production: true })).toMatch(/DATABASE_URL is not set.*STORAGE=memory/);
    const opened = await open({ production: true, storage: 'memory', dataDir: path.join(folder, 'asked-for') });
    expect(opened.storage.kind).toBe('memory');
    await opened.stop();
  });

  test('memory and a database at once are refused', async () => {
    const message = await refusal({ storage: 'memory', databaseUrl: 'postgres://localhost/confab' });
    expect(message).toContain('contradict');
  });
});

describe('with DATABASE_URL=embedded', () => {
  test('a Postgres of its own is started, its tables are made, and data and sign-ins survive a restart', async () => {
    const dataDir = path.join(folder, 'embedded');
    const first = await open({ databaseUrl: 'embedded', dataDir });
    expect(first.storage.kind).toBe('database');
    expect(first.note).toContain(path.join(dataDir, 'pg'));
    const user = await addUser(first.storage);
    await saveSession(first, user.id);
    await first.stop();

    const second = await open({ databaseUrl: `embedded:${path.join(dataDir, 'pg')}`, production: true });
    expect(await second.storage.accounts.findUser(user.id)).toEqual(user);
    expect(await sessionUser(second)).toBe(user.id);
    await second.pool!.query(`update ${MIGRATIONS_TABLE} set created_at = 9999999999999`);
    await second.stop();

    const newer = await refusal({ databaseUrl: 'embedded', dataDir });
    expect(newer).toContain('newer version');
  });

  test('a folder that cannot hold it ends the start', async () => {
    const file = path.join(folder, 'file');
    writeFileSync(file, '');
    expect(await refusal({ databaseUrl: `embedded:${file}` })).toContain(file);
  });
});

describe('with a postgres:// URL', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  test('data and sign-ins are in that database, and the note says which', async () => {
    const opened = await open({ databaseUrl: database.url, production: true });
    const { version } = inject('postgres');
    expect(opened.note).toMatch(new RegExp(`^Data is in Postgres ${version} at [^\\n]*/${database.name}\\.$`));
    const { row } = await addClient(opened.storage);
    expect((await opened.pool!.query('select id from clients')).rows).toEqual([{ id: row.id }]);
    await saveSession(opened, 'u1');
    expect((await opened.pool!.query('select sid from session')).rows).toEqual([{ sid: 's1' }]);
    await opened.stop();
  });

  test("Neon's driver, where nobody speaks WebSocket, ends the start instead of being passed over", async () => {
    const message = await refusal({ databaseUrl: database.url, databaseDriver: 'neon' });
    expect(message).toMatch(/connect/i);
  });

  test('one without recorded migrations, as db:push makes it, is opened too', async () => {
    const pushed = await createTestDatabase();
    await withConnection(pushed.url, (client) => client.query('drop schema drizzle cascade'));
    await (await open({ databaseUrl: pushed.url })).stop();
    await pushed.drop();
  });
});

describe('each of these ends the start with one sentence', () => {
  const changed = async (statement: string) => {
    const database = await createTestDatabase();
    await withConnection(database.url, (client) => client.query(statement));
    return database;
  };
  const states: [title: string, make: () => Promise<TestDatabase>, sentence: RegExp][] = [
    ['an empty database', createEmptyDatabase, /is empty.*npm run db:migrate/],
    [
      'a schema that is behind',
      () => changed(`delete from ${MIGRATIONS_TABLE} where id = (select max(id) from ${MIGRATIONS_TABLE})`),
      /lacks.*npm run db:migrate/,
    ],
    [
      'a schema that is ahead',
      () => changed(`insert into ${MIGRATIONS_TABLE} (hash, created_at) values ('later', 9999999999999)`),
      /newer version/,
    ],
    [
      'a schema that differs',
      () => changed('drop schema drizzle cascade; alter table users drop column info'),
      /the column info of table users is missing.*npm run db:/,
    ],
    [
      "another program's database",
      async () => {
        const database = await createEmptyDatabase();
        await withConnection(database.url, (client) => client.query('create table orders (id integer)'));
        return database;
      },
      /another program.*DATABASE_URL/,
    ],
  ];
  test.each(states)('%s', async (_title, make, sentence) => {
    const database = await make();
    expect(await refusal({ databaseUrl: database.url })).toMatch(sentence);
    await database.drop();
  });

  const urls: [title: string, url: () => string, sentence: RegExp][] = [
    ['a URL of another program', () => 'mysql://localhost/confab', /names something other than Postgres/],
    ['a URL that is none', () => 'localhost:5432', /DATABASE_URL/],
    ['a refused connection', () => 'postgres://u:p@127.0.0.1:1/confab', /connection refused/],
    ['an unknown host', () => 'postgres://u:p@no-such-host.invalid/confab', /no-such-host\.invalid/],
    ['a missing socket', () => 'postgres://u:p@/confab?host=/nowhere', /no Unix socket/],
    ['a missing database', () => databaseUrl(inject('postgres').adminUrl, 'no_such'), /no_such.*does not exist/],
    [
      'a wrong password',
      () => {
        const url = new URL(inject('postgres').adminUrl);
        url.password = 'wrong-password';
        return url.href;
      },
      /password/,
    ],
  ];
  test.each(urls)('%s', async (_title, url, sentence) => {
    const message = await refusal({ databaseUrl: url() });
    expect(message).toMatch(sentence);
    expect(message).not.toContain('wrong-password');
  });

  describe('within 10 seconds', () => {
    let silent: Server;
    beforeAll(async () => {
      silent = createServer((socket) => socket.on('error', () => {}).resume());
      await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    });
    afterAll(() => {
      silent.close();
    });

    test('a server that takes the connection and says nothing', async () => {
      const { port } = silent.address() as AddressInfo;
      const started = performance.now();
      expect(await refusal({ databaseUrl: `postgres://u:p@127.0.0.1:${port}/confab` })).toMatch(/no answer/);
      expect(performance.now() - started).toBeLessThan(10_000);
    });
  });
});

describe('DATABASE_REPLICA_URL', () => {
  test('is refused where it can never be of use', async () => {
    const replica = { databaseReplicaUrl: 'postgres://u@127.0.0.1:1/x' };
    expect(await refusal(replica)).toMatch(/^DATABASE_REPLICA_URL is set, but DATABASE_URL names no Postgres/);
    expect(await refusal({ ...replica, databaseUrl: 'embedded' })).toMatch(/DATABASE_URL names no Postgres/);
    const malformed = { databaseUrl: 'postgres://u@127.0.0.1:1/x', databaseReplicaUrl: 'mysql://u@127.0.0.1/x' };
    expect(await refusal(malformed)).toMatch(/^DATABASE_REPLICA_URL/);
  });

  test('need not lead to a server that is up', async () => {
    const database = await createTestDatabase();
    const opened = await open({ databaseUrl: database.url, databaseReplicaUrl: 'postgres://u@127.0.0.1:1/confab' });
    const { client } = await addClient(opened.storage);
    expect((await client.counts.conversations()).open).toBe(0);
    expect(opened.replicaNumbers?.()).toEqual({ state: 'away', readsOnReplica: 0, readsOnPrimary: 1 });
    expect(opened.note).toMatch(/from its replica at 127\.0\.0\.1:1\/confab\.$/);
    await opened.stop();
    await database.drop();
  });
});
