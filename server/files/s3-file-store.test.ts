import { buffer } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../lib/postgres-server/launch.ts';
import { startS3, type TestS3 } from '../testing/s3-server.ts';
import { describeFileStore } from './file-store.suite.ts';
import type { FileStore } from './file-store.ts';
import { openS3FileStore, type S3Settings } from './s3-file-store.ts';

let server: TestS3;
let store: FileStore;
let settings: S3Settings;
beforeAll(async () => {
  server = await startS3();
  const { endpoint, bucket } = server;
  settings = { endpoint, region: 'us-east-1', bucket, prefix: 'files/', pathStyle: true };
  store = await openS3FileStore(settings, server.keys);
});
afterAll(() => server.stop());

describeFileStore('files in S3, on s3rver', () => store);

const megabyte = Buffer.alloc(1024 * 1024, 'x');

test('uploads a file of many parts without holding it, and counts it', async () => {
  async function* large() {
    for (let i = 0; i < 20; i++) yield megabyte;
  }
  const { key, sizeBytes } = await store.put(large());
  expect(sizeBytes).toBe(20 * megabyte.length);
  expect(await store.stat(key)).toEqual({ sizeBytes });
  expect((await buffer((await store.open(key))!)).length).toBe(sizeBytes);
  await store.remove(key);
});

test('gives up the parts it has sent when the source breaks off after them', async () => {
  server.requests.length = 0;
  async function* broken() {
    for (let i = 0; i < 20; i++) yield megabyte;
    throw new Error('broke off');
  }
  await expect(store.put(broken())).rejects.toThrow('broke off');
  const began = server.requests.map((line) => /^POST (\S+)\?uploads/.exec(line)?.[1]).find((path) => path);
  expect(server.requests.at(-1)).toMatch(new RegExp(`^DELETE ${began}\\?.*uploadId=`));
});

test('names the bucket that is not there', async () => {
  await expect(openS3FileStore({ ...settings, bucket: 'nobody' }, server.keys)).rejects.toThrow(
    `There is no bucket "nobody" at ${settings.endpoint}`,
  );
});

test('names the keys that are refused, without repeating them', async () => {
  const keys = { accessKeyId: 'NOBODY', secretAccessKey: 'not-the-secret' };
  const refused = await openS3FileStore(settings, keys).catch((error: Error) => error.message);
  expect(refused).toMatch(/check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/);
  expect(refused).not.toMatch(/NOBODY|not-the-secret/);
});

test('says that a server cannot be reached', async () => {
  const endpoint = `http://127.0.0.1:${await freePort()}`;
  await expect(openS3FileStore({ ...settings, endpoint }, server.keys)).rejects.toThrow(
    `${endpoint} cannot be reached for the bucket "confab-files" (ECONNREFUSED): check S3_ENDPOINT.`,
  );
});
