import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { SessionData } from 'express-session';
import { Cookie } from 'express-session';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabaseSessionStore } from '../http/session-store/database-session-store.ts';
import { createMemorySessionStore } from '../http/session-store/memory-session-store.ts';
import { plantEverything } from '../storage/conformance/full-world.ts';
import { createTestEnvironment, type TestEnvironment } from '../storage/conformance/harness.ts';
import { addClient, addMember, addUser, errorOf, widgetInput } from '../storage/conformance/worlds.ts';
import { openDatabaseStorage } from '../storage/database/database-storage.ts';
import { MemStorage } from '../storage/memory/mem-storage.ts';
import { createMemoryFileStore } from '../testing/memory-file-store.ts';
import { createTestDatabase } from '../testing/postgres.ts';
import { ExportFileError } from './export-format.ts';
import { ImportRefusedError, importExport } from './import-export.ts';
import { type House, writeExport } from './write-export.ts';

let folder: string;
let env: TestEnvironment;
let closing: (() => Promise<void>)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'confab-moving-'));
  env = createTestEnvironment();
  closing = [];
});
afterEach(async () => {
  for (const close of closing.reverse()) await close();
  await rm(folder, { recursive: true, force: true });
});

const inFolder = (name: string) => join(folder, name);

async function inMemory(): Promise<House> {
  const storage = new MemStorage(env);
  closing.push(() => storage.close());
  return { storage, sessionStore: createMemorySessionStore(), files: createMemoryFileStore() };
}

async function inPostgres(): Promise<House> {
  const database = await createTestDatabase();
  closing.push(() => database.drop());
  const storage = await openDatabaseStorage({ url: database.url, env });
  const sessionStore = createDatabaseSessionStore({ pool: storage.pool, log: pino({ level: 'silent' }) });
  closing.push(async () => {
    sessionStore.close();
    await storage.close();
  });
  return { storage, sessionStore, files: createMemoryFileStore() };
}

async function* bytesOf(...parts: Buffer[]) {
  yield* parts;
}

/** Two clients with a row in every table, a file of several lines and an empty one, and somebody signed in. */
async function furnish(house: House) {
  const { key } = await house.files.put(bytesOf(Buffer.alloc(500_000, 'a'), Buffer.from('end')));
  const empty = await house.files.put(bytesOf());
  const first = await plantEverything(house.storage, { storageKey: key });
  const second = await plantEverything(house.storage, { storageKey: empty.key });
  const cookie = new Cookie();
  cookie.expires = new Date(Date.now() + 3_600_000);
  const data: SessionData = { cookie, passport: { user: first.owner.id } };
  await new Promise<void>((done) => house.sessionStore.set('s1', data, () => done()));
  return { first, second };
}

const exportTo = async (house: House, name: string, clientId?: Parameters<typeof writeExport>[1]['clientId']) => {
  const summary = await writeExport(house, { path: inFolder(name), files: 'include', clientId });
  return { summary, bytes: await readFile(inFolder(name)) };
};
const importFrom = (house: House, name: string, how: { replace?: boolean; merge?: boolean } = {}) =>
  importExport(house, { path: inFolder(name), replace: false, merge: false, ...how });

const houses = { memory: inMemory, Postgres: inPostgres };
const ways = [
  ['memory', 'Postgres'],
  ['Postgres', 'memory'],
  ['Postgres', 'Postgres'],
  ['memory', 'memory'],
] as const;

describe.each(ways)('from %s to %s', (from, to) => {
  test('export, import, export gives the same bytes, of the whole installation', async () => {
    const [here, there] = [await houses[from](), await houses[to]()];
    const { first } = await furnish(here);
    const { summary, bytes } = await exportTo(here, 'one');
    expect(summary.counts).toMatchObject({ clients: 2, users: 2, messages: 10, session: 1 });
    const { stored } = await importFrom(there, 'one');
    expect(stored).toEqual(summary.counts);
    expect((await exportTo(there, 'two')).bytes.equals(bytes)).toBe(true);
    const query = { text: 'secret', limit: 5 };
    const found = await there.storage.forClient(first.row.id).passages.search(query);
    expect(found).toEqual(await first.client.passages.search(query));
  });

  test('one client travels alone with the accounts of its members, beside others that are there', async () => {
    const [here, there] = [await houses[from](), await houses[to]()];
    const { first } = await furnish(here);
    const stranger = await addMember(here.storage, first.client, 'admin');
    await first.client.invitations.create({
      role: 'agent',
      tokenHash: 'f'.repeat(64),
      expiresAt: new Date(0),
      createdBy: stranger.id,
    });
    await first.client.members.remove(stranger.id);
    await addClient(there.storage);
    const { summary, bytes } = await exportTo(here, 'one', first.row.id);
    expect(summary.counts).toMatchObject({ clients: 1, users: 1, messages: 5 });
    expect(summary.counts.session).toBeUndefined();
    await importFrom(there, 'one');
    expect((await exportTo(there, 'two', first.row.id)).bytes.equals(bytes)).toBe(true);
  });
});

test('the file is for its owner alone, and the bytes of files arrive', async () => {
  const [here, there] = [await inMemory(), await inMemory()];
  const { first } = await furnish(here);
  await exportTo(here, 'one');
  expect((await stat(inFolder('one'))).mode & 0o777).toBe(0o600);
  await importFrom(there, 'one');
  const [attachment] = await there.storage.transfer.snapshot((reader) =>
    reader.read('attachments', { clientId: first.row.id, limit: 1 }),
  );
  const parts = await (await there.files.open(attachment!.storageKey as string))!.toArray();
  expect(Buffer.concat(parts).equals(Buffer.concat([Buffer.alloc(500_000, 'a'), Buffer.from('end')]))).toBe(true);
});

test('files stay where they are when that is wanted, and lost ones are named', async () => {
  const house = await inMemory();
  await plantEverything(house.storage, { storageKey: 'lost' });
  const skipped = await writeExport(house, { path: inFolder('skipped'), files: 'skip' });
  expect(skipped.missingFiles).toEqual([]);
  expect(gunzipSync(await readFile(inFolder('skipped'))).toString()).toContain('"storageKey":"lost"');
  const { summary } = await exportTo(house, 'included');
  expect(summary.missingFiles).toEqual([expect.stringMatching(/^attachments\//)]);
});

describe.each(['memory', 'Postgres'] as const)('an import into %s', (kind) => {
  test('is refused where something is, and takes its place or is added to it when told so', async () => {
    const [here, there] = [await inMemory(), await houses[kind]()];
    const { bytes } = await furnish(here).then(() => exportTo(here, 'one'));
    const old = await plantEverything(there.storage);
    expect(await errorOf(importFrom(there, 'one'))).toBeInstanceOf(ImportRefusedError);
    await importFrom(there, 'one', { merge: true });
    expect(await old.client.client.get()).toEqual(old.row);
    await expect(importFrom(there, 'one', { merge: true })).rejects.toThrow('2 of the clients in the file are there');
    await importFrom(there, 'one', { merge: true, replace: true });
    await importFrom(there, 'one', { replace: true });
    expect((await exportTo(there, 'two')).bytes.equals(bytes)).toBe(true);
  });

  test('takes people with the same address for the same person when told so', async () => {
    const [here, there] = [await inMemory(), await houses[kind]()];
    // So that ids differ.
    for (let n = 0; n < 3; n++) env.newId();
    const mine = await addUser(there.storage, { email: 'ada@example.com', name: 'Ada here' });
    const { first } = await furnish(here);
    await here.storage.accounts.updateUser(first.owner.id, { email: 'ada@example.com' });
    await exportTo(here, 'one', first.row.id);
    await expect(importFrom(there, 'one')).rejects.toThrow('ada@example.com is there already as another account');
    await importFrom(there, 'one', { merge: true });
    expect(await there.storage.accounts.findUserByEmail('ada@example.com')).toEqual(mine);
    expect(await there.storage.accounts.findMembership(mine.id, first.row.id)).toMatchObject({ role: 'owner' });
    const conversation = await there.storage.forClient(first.row.id).conversations.find(first.conversation.id);
    expect(conversation!.assigneeId).toBe(mine.id);
  });

  test('that fails in the middle leaves nothing, no files either', async () => {
    const [here, there] = [await inMemory(), await houses[kind]()];
    const { first } = await furnish(here);
    await exportTo(here, 'one', first.row.id);
    const [own] = await first.client.widgets.list();
    const { client } = await addClient(there.storage);
    await client.widgets.create(widgetInput({ publicKey: own!.publicKey }));
    const before = await exportTo(there, 'before');
    await expect(importFrom(there, 'one')).rejects.toThrow('key_taken');
    expect((await exportTo(there, 'after')).bytes.equals(before.bytes)).toBe(true);
  });
});

describe('a file that is not as it was written is refused before anything is changed', () => {
  const spoil = async (change: (lines: string[]) => string[] | Buffer) => {
    const here = await inMemory();
    await furnish(here);
    await exportTo(here, 'one');
    const lines = gunzipSync(await readFile(inFolder('one')))
      .toString()
      .split('\n')
      .slice(0, -1);
    const changed = change(lines);
    await writeFile(inFolder('one'), Array.isArray(changed) ? gzipSync(`${changed.join('\n')}\n`) : changed);
    const there = await inMemory();
    const error = await errorOf(importFrom(there, 'one'));
    expect(await there.storage.accounts.isEmpty()).toBe(true);
    expect(error).toBeInstanceOf(ExportFileError);
    return (error as Error).message;
  };

  const rowOf = (lines: string[], table: string) => lines.findIndex((line) => line.endsWith(`"table":"${table}"}`));
  const without = (lines: string[], at: number) => lines.filter((_, index) => index !== at);

  test.each<[string, (lines: string[]) => string[] | Buffer, string]>([
    ['cut off', (lines) => lines.slice(0, -1), 'cut off'],
    ['cut off in its packing', (lines) => gzipSync(lines.join('\n')).subarray(0, 900), 'damaged or cut off'],
    ['no file of ours', () => ['{"a":1}'], 'not a file that db:export has written'],
    ['not packed', () => Buffer.from('hello'), 'damaged or cut off'],
    ['a letter changed', (lines) => lines.map((line) => line.replace('Remember', 'Remembes')), 'checksum'],
    ['a row left out', (lines) => without(lines, rowOf(lines, 'audit_log')), 'rows of audit_log came before it'],
    ['a parent left out', (lines) => without(lines, rowOf(lines, 'visitors')), 'refers to a row of visitors'],
    [
      'a row twice',
      (lines) => lines.flatMap((line) => (line.includes('canned_replies') ? [line, line] : [line])),
      'twice',
    ],
    ['another format', (lines) => lines.map((line) => line.replace('"format":1', '"format":9')), 'has format 9'],
    [
      'a newer schema',
      (lines) => lines.map((l) => l.replace(/"schema":"[^"]*"/, '"schema":"9999_x"')),
      'newer version',
    ],
    [
      'a strange table',
      (lines) => [...lines.slice(0, 2), '{"row":{},"table":"spells"}', ...lines.slice(2)],
      'no table',
    ],
    ['a row that does not fit', (lines) => lines.map((l) => l.replace('"score":4', '"score":"x"')), 'score'],
    ['bytes without a row', (lines) => [lines[0]!, '{"bytes":"AA=="}', ...lines.slice(1)], 'bytes of a file'],
    ['more behind the end', (lines) => [...lines, lines[1]!], 'more after the end'],
  ])('%s', async (_what, change, reason) => {
    expect(await spoil(change)).toContain(reason);
  });
});
