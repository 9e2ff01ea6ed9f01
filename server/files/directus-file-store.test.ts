import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../lib/postgres-server/launch.ts';
import { type FakeDirectus, startFakeDirectus } from '../testing/fake-directus.ts';
import { openDirectusFileStore } from './directus-file-store.ts';
import { describeFileStore } from './file-store.suite.ts';
import type { FileStore } from './file-store.ts';

async function* text() {
  yield Buffer.from('text');
}

let fake: FakeDirectus;
let store: FileStore;
beforeAll(async () => {
  fake = await startFakeDirectus();
  store = await openDirectusFileStore({ url: fake.url, folder: fake.folder }, fake.token);
});
afterAll(() => fake.stop());

describeFileStore('files in Directus, on a fake of its requests', () => store);

const { TEST_DIRECTUS_URL: realUrl, TEST_DIRECTUS_TOKEN: realToken = '' } = process.env;
if (realUrl !== undefined) {
  describe('on the real one of TEST_DIRECTUS_URL', () => {
    let real: FileStore;
    beforeAll(async () => {
      real = await openDirectusFileStore({ url: realUrl.replace(/\/+$/, ''), folder: undefined }, realToken);
    });
    describeFileStore('files in Directus', () => real);
  });
}

test('puts files into the folder of the configuration, as bytes of no type that a browser runs', async () => {
  const { key } = await store.put(text());
  expect(fake.files.get(key)).toMatchObject({ folder: fake.folder, type: 'application/octet-stream' });
});

test('ends the upload and removes it when the source breaks off, for Directus keeps what a broken request has sent', async () => {
  const before = fake.files.size;
  fake.requests.length = 0;
  async function* broken() {
    yield Buffer.alloc(1024 * 1024);
    throw new Error('broke off');
  }
  await expect(store.put(broken())).rejects.toThrow('broke off');
  expect(fake.files.size).toBe(before);
  expect(fake.requests).toEqual(['POST /files', expect.stringMatching(/^DELETE \/files\//)]);
});

test('takes back a file whose id did not arrive', async () => {
  const before = fake.files.size;
  fake.loseNextAnswer();
  await expect(store.put(text())).rejects.toThrow(/Directus at .* could not keep a file: /);
  expect(fake.files.size).toBe(before);
});

test('names the setting that is wrong, and never the token', async () => {
  const opening = (settings: { url?: string; folder?: string; token?: string }) =>
    openDirectusFileStore({ url: fake.url, folder: undefined, ...settings }, settings.token ?? fake.token).catch(
      (error: Error) => error.message,
    );
  expect(await opening({ token: 'another' })).toBe(
    `Directus at ${fake.url} does not know the token: check DIRECTUS_TOKEN.`,
  );
  expect(await opening({ folder: 'elsewhere' })).toMatch(/shows no folder elsewhere .* DIRECTUS_FOLDER/);
  const away = `http://127.0.0.1:${await freePort()}`;
  expect(await opening({ url: away })).toBe(`Directus at ${away} could not be reached: ECONNREFUSED.`);
});
