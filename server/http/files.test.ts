import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import express from 'express';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { defineEndpoint } from '../../shared/contracts/endpoint.ts';
import { createRouteWorld } from '../testing/route-world.ts';
import { assignRequestId, createErrorHandler, mountRoutes } from './express-door.ts';
import { HttpProblem } from './problem.ts';
import { Reply, route } from './route.ts';

const bytesMax = 1_000_000;
const upload = defineEndpoint({
  name: 'upload',
  method: 'POST',
  path: '/upload',
  access: { kind: 'public' },
  area: 'Test',
  summary: 'Takes a file.',
  query: z.object({ name: z.string() }),
  upload: { bytesMax },
  status: 201,
  answer: z.object({ bytes: z.int() }),
});
const download = defineEndpoint({
  name: 'download',
  method: 'GET',
  path: '/download',
  access: { kind: 'public' },
  area: 'Test',
  summary: 'Gives a file.',
  status: 200,
  download: true,
});

let server: Server;
let port: number;
/** What the handlers do, as each test wants it. */
let take: (bytes: AsyncIterable<Uint8Array>) => Promise<number>;
let give: () => Readable;

beforeEach(async () => {
  take = async (bytes) => {
    let length = 0;
    for await (const part of bytes) length += part.length;
    return length;
  };
  const { dispatch } = await createRouteWorld();
  const routes = [
    route(upload, async ({ upload: bytes }) => ({ bytes: await take(bytes) })),
    route(download, async () => new Reply({ bytes: give(), headers: { 'Content-Length': '8', ETag: '"file"' } })),
  ];
  const app = express();
  app.use(assignRequestId);
  mountRoutes(app, routes, {
    dispatch,
    remoteAddressOf: () => '192.0.2.1',
    sessionMiddleware: [],
    sessionHandleOf: () => {
      throw new Error('None of these routes has a session.');
    },
  });
  app.use(createErrorHandler(() => {}));
  server = createServer(app).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

/** A sender who pays no attention to the answer until all is sent. */
async function send(parts: Iterable<Buffer>, headers: Record<string, string> = {}, query = '?name=a') {
  const asked = request({ host: '127.0.0.1', port, method: 'POST', path: `/upload${query}`, headers });
  const answering = once(asked, 'response');
  Readable.from(parts).pipe(asked);
  const [answer] = (await answering) as [IncomingMessage];
  return { status: answer.statusCode, ...JSON.parse((await buffer(answer)).toString()) };
}

const parts = (count: number) => Array.from({ length: count }, () => Buffer.alloc(100_000, 1));

test('hands a file over as it arrives, up to the most it may have', async () => {
  expect(await send(parts(10))).toEqual({ status: 201, bytes: bytesMax });
  expect(await send([])).toEqual({ status: 201, bytes: 0 });
});

test('refuses a file that is too large, whether it says so before or turns out to be', async () => {
  const seen: number[] = [];
  const takeAll = take;
  take = (bytes) => takeAll(counted(bytes, seen));
  expect(await send([...parts(10), Buffer.alloc(1)])).toMatchObject({ status: 413 });
  expect(seen.reduce((sum, length) => sum + length, 0)).toBeLessThanOrEqual(bytesMax);
  seen.length = 0;
  expect(await send(parts(11), { 'content-length': '1100000' })).toMatchObject({ status: 413 });
  expect(seen).toEqual([]);
});

test('lets a sender read why a file was refused, also in the middle of it or before the first byte', async () => {
  take = async (bytes) => {
    for await (const _part of bytes) throw new HttpProblem('file-refused', 'Not this one.');
    return 0;
  };
  expect(await send(parts(10))).toMatchObject({ status: 415, detail: 'Not this one.' });
  expect(await send(parts(10), {}, '')).toMatchObject({ status: 400 });
  expect(await send(parts(1), { 'content-encoding': 'gzip' })).toMatchObject({ status: 415 });
});

test('cuts off who goes on sending after a refusal', async () => {
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.write('POST /upload?name=a HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\n');
  const endless = setInterval(() => socket.write(Buffer.alloc(1_000_000)), 1);
  await new Promise((resolve) => socket.on('close', resolve));
  clearInterval(endless);
  expect(socket.bytesWritten).toBeLessThan(500_000_000);
});

test('tells the handler of a file that breaks off', async () => {
  const broken = new Promise<unknown>((resolve) => {
    take = async (bytes) => {
      try {
        for await (const _part of bytes) socket.destroy();
      } catch (error) {
        resolve(error);
      }
      return 0;
    };
  });
  const socket = connect(port, '127.0.0.1');
  socket.write('POST /upload?name=a HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nfirst');
  expect(await broken).toMatchObject({ code: 'bad-request' });
});

test('streams a file with its headers, and keeps to itself what is known already', async () => {
  give = () => Readable.from([Buffer.from('tea '), Buffer.from('leaf')]);
  const address = `http://127.0.0.1:${port}/download`;
  const answer = await fetch(address);
  expect(await answer.text()).toBe('tea leaf');
  expect(answer.headers.get('content-length')).toBe('8');
  let given = give();
  give = () => given;
  expect((await fetch(address, { headers: { 'if-none-match': '"file"' } })).status).toBe(304);
  expect(given.destroyed).toBe(true);
  given = Readable.from([Buffer.from('tea leaf')]);
  const head = await fetch(address, { method: 'HEAD' });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(given.destroyed).toBe(true);
});

test('breaks the connection where a file cannot be read to its end', async () => {
  give = () =>
    Readable.from(
      (async function* () {
        yield Buffer.from('tea ');
        throw new Error('disk');
      })(),
    );
  const answer = await fetch(`http://127.0.0.1:${port}/download`);
  await expect(answer.text()).rejects.toThrow();
});

async function* counted(bytes: AsyncIterable<Uint8Array>, lengths: number[]) {
  for await (const part of bytes) {
    lengths.push(part.length);
    yield part;
  }
}
