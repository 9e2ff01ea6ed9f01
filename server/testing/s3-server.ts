import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What s3rver, which has no types, lets one do. */
type S3rver = new (settings: {
  address: string;
  port: number;
  silent: boolean;
  directory: string;
  configureBuckets: { name: string }[];
}) => { httpServer: Server; run(): Promise<AddressInfo>; close(): Promise<void> };

const S3Server = createRequire(import.meta.url)('s3rver') as S3rver;

export interface TestS3 {
  endpoint: string;
  bucket: string;
  keys: { accessKeyId: string; secretAccessKey: string };
  /** Method and path with query of each request. */
  requests: string[];
  stop(): Promise<void>;
}

/** An S3 server of the npm registry on loopback, with one empty bucket. */
export async function startS3(bucket = 'confab-files'): Promise<TestS3> {
  const directory = await mkdtemp(join(tmpdir(), 'confab-s3-'));
  const server = new S3Server({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory,
    configureBuckets: [{ name: bucket }],
  });
  const { port } = await server.run();
  const requests: string[] = [];
  server.httpServer.on('request', ({ method, url }) => requests.push(`${method} ${url}`));
  return {
    endpoint: `http://127.0.0.1:${port}`,
    bucket,
    keys: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
    requests,
    async stop() {
      await server.close();
      await rm(directory, { recursive: true });
    },
  };
}
