import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { removeOperatorFile, writeOperatorFile } from './operator-file.ts';

/** Moves the data of the running server to the database at `url`. Answers a line for the operator. */
export type MoveTo = (url: string, say: (line: string) => void) => Promise<string>;

export interface OperatorDoor {
  close(): Promise<void>;
}

/** One line of what the door answers. */
export type DoorLine = { say: string } | { done: string } | { failed: string };

const bodyBytesMax = 10_000;

/**
 * Lets the operator's commands reach this process: on a port of the loopback of its own, which no proxy leads to, with a
 * token that is made anew at each start and left in a file that only the owner of the process can read.
 */
export async function openOperatorDoor(
  { dataDir, log }: { dataDir: string; log: Pick<Logger, 'info' | 'error'> },
  moveTo: MoveTo,
): Promise<OperatorDoor> {
  const token = randomBytes(32).toString('hex');
  let isMoving = false;
  const server = createServer((request, response) => {
    if (!isAuthorized(request, token)) return refuse(response, 401, 'The token is not the one of this server.');
    if (request.method !== 'POST' || request.url !== '/move') return refuse(response, 404, 'There is no such call.');
    if (isMoving) return refuse(response, 409, 'It is being moved already.');
    isMoving = true;
    answerMove(request, response, moveTo)
      .catch((error: unknown) => log.error({ event: 'move.failed', err: error }))
      .finally(() => {
        isMoving = false;
      });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  writeOperatorFile(dataDir, { pid: process.pid, port: (server.address() as AddressInfo).port, token });
  return {
    close: () =>
      new Promise((resolve) => {
        removeOperatorFile(dataDir, process.pid);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerMove(request: IncomingMessage, response: ServerResponse, moveTo: MoveTo): Promise<void> {
  const write = (line: DoorLine) => void response.write(`${JSON.stringify(line)}\n`);
  try {
    const url = await readUrl(request);
    response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    write({ done: await moveTo(url, (line) => write({ say: line })) });
  } catch (error) {
    if (!response.headersSent) response.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
    write({ failed: (error as Error).message });
    throw error;
  } finally {
    response.end();
  }
}

async function readUrl(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const part of request) {
    body += (part as Buffer).toString();
    if (body.length > bodyBytesMax) throw new Error('The call is too long.');
  }
  const { to } = JSON.parse(body) as { to?: unknown };
  if (typeof to !== 'string') throw new Error('The call does not say where to.');
  return to;
}

function isAuthorized(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from(request.headers.authorization ?? '');
  const wanted = Buffer.from(`Bearer ${token}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'Content-Type': 'application/x-ndjson' });
  response.end(`${JSON.stringify({ failed: reason })}\n`);
}
