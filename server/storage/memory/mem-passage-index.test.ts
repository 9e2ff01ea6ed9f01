import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { PassageSegment } from '../../retrieval/passage-index.ts';
import { createTestEnvironment } from '../conformance/harness.ts';
import { addClient } from '../conformance/worlds.ts';
import type { ClientStorage } from '../storage.ts';
import { MemStorage } from './mem-storage.ts';
import { loadState, saveState } from './state-file.ts';

afterEach(() => vi.restoreAllMocks());

const passages = 700;

async function start() {
  const storage = new MemStorage(createTestEnvironment());
  const { client } = await addClient(storage);
  const document = await client.documents.create({ kind: 'text', name: 'A large one' });
  return { storage, client, documentId: document.id };
}

/** A version in which each passage has a word of its own, staged as ingestion does it. */
async function stage({ documents }: ClientStorage, id: string, mark: string, language = 'en', more = '') {
  const version = await documents.beginVersion(id);
  for (let from = 0; from < passages; from += 250) {
    const chunks = Array.from({ length: Math.min(250, passages - from) }, (_, at) => ({
      number: from + at + 1,
      partNumber: 1,
      page: null,
      url: null,
      titlePath: [`Chapter ${at % 9}`],
      start: 0,
      end: 1,
      text: `The lamp of the boat, ${mark}${from + at}, is bright.${more}`,
    }));
    await documents.stage(id, version, { chunks, language });
  }
  return version;
}
const facts = { pageCount: 1, wordCount: 1, language: 'en' };
const textsOf = async ({ passages }: ClientStorage, text: string) =>
  (await passages.search({ text, limit: 5 })).hits.map(({ chunk }) => chunk.text);
const found = async (client: ClientStorage, word: string) =>
  (await textsOf(client, word)).filter((text) => text.includes(`${word},`)).length;

test('a search that comes first after a very large document was published does not index it', async () => {
  const { client, documentId } = await start();
  await textsOf(client, 'nothing yet');
  const version = await stage(client, documentId, 'alpha');
  const add = vi.spyOn(PassageSegment.prototype, 'add');
  expect(await found(client, 'alpha7')).toBe(0);
  await client.documents.publish(documentId, version, facts);
  expect([await found(client, 'alpha7'), await found(client, 'alpha699')]).toEqual([1, 1]);
  const again = await stage(client, documentId, 'beta');
  add.mockClear();
  await client.documents.publish(documentId, again, facts);
  expect([await found(client, 'alpha7'), await found(client, 'beta7')]).toEqual([0, 1]);
  expect(add).not.toHaveBeenCalled();
});

test('what was staged as a whole is found as it is after passages were corrected, hidden and shown, until it is removed', async () => {
  const { client, documentId } = await start();
  await client.documents.publish(documentId, await stage(client, documentId, 'alpha'), facts);
  expect(await found(client, 'alpha7')).toBe(1);
  const [chunk] = (await client.passages.search({ text: 'alpha7', limit: 1 })).hits.map((hit) => hit.chunk);
  await client.chunks.update(chunk!.id, { text: 'The zeppelin, gamma, is grey.' });
  expect([await found(client, 'alpha7'), await found(client, 'gamma')]).toEqual([0, 1]);
  await client.chunks.update(chunk!.id, { hidden: true });
  expect(await found(client, 'gamma')).toBe(0);
  await client.chunks.update(chunk!.id, { hidden: false, text: null });
  expect([await found(client, 'alpha7'), await found(client, 'gamma')]).toEqual([1, 0]);
  await client.documents.remove(documentId);
  expect(await textsOf(client, 'alpha7 lamp')).toEqual([]);
});

test('a version that was never published is not found, and one in another language than it was staged in is', async () => {
  const { client, documentId } = await start();
  await stage(client, documentId, 'alpha');
  const version = await stage(client, documentId, 'beta', 'de');
  expect(await textsOf(client, 'lamp')).toEqual([]);
  await client.documents.publish(documentId, version, facts);
  expect([await found(client, 'alpha7'), await found(client, 'beta7')]).toEqual([0, 1]);
});

test('others have their turn while a search waits for what nobody has indexed', async () => {
  const { client, documentId } = await start();
  const long = ' Since the storm nobody has seen it near the harbour.'.repeat(20);
  await client.documents.publish(documentId, await stage(client, documentId, 'alpha', 'de', long), facts);
  let turns = 0;
  let timer: NodeJS.Immediate;
  const count = () => {
    turns += 1;
    timer = setImmediate(count);
  };
  timer = setImmediate(count);
  expect(await found(client, 'alpha7')).toBe(1);
  clearImmediate(timer);
  expect(turns).toBeGreaterThan(3);
});

test('a transaction finds what it has written, and nobody else does', async () => {
  const { storage, client, documentId } = await start();
  const version = await stage(client, documentId, 'alpha');
  const undone = storage.transaction(async (scope) => {
    const own = scope.forClient(client.clientId);
    await own.documents.publish(documentId, version, facts);
    expect(await found(own, 'alpha7')).toBe(1);
    expect(await found(client, 'alpha7')).toBe(0);
    throw new Error('Undone.');
  });
  await expect(undone).rejects.toThrow('Undone.');
  expect(await found(client, 'alpha7')).toBe(0);
});

test('a storage that begins with rows indexes them before anybody searches', async () => {
  const { client, documentId, storage } = await start();
  await client.documents.publish(documentId, await stage(client, documentId, 'alpha'), facts);
  const folder = mkdtempSync(join(tmpdir(), 'confab-index-'));
  try {
    await saveState(storage, join(folder, 'state'));
    const add = vi.spyOn(PassageSegment.prototype, 'add');
    const loaded = (await loadState(join(folder, 'state'), createTestEnvironment()))!.storage;
    await expect.poll(() => add.mock.calls.length).toBe(passages);
    expect(await found(loaded.forClient(client.clientId), 'alpha7')).toBe(1);
    expect(add).toHaveBeenCalledTimes(passages);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
