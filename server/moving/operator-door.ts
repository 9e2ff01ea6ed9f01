import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import type { OperatorReport } from '../modules/operator/create-operator.ts';
import type { OperatorAccess } from '../modules/operator/operator-access.ts';
import { removeOperatorFile, writeOperatorFile } from './operator-file.ts';

/** Moves the data of the running server to the database at `url`. Answers a line for the operator. */
export type MoveTo = (url: string, say: (line: string) => void) => Promise<string>;

export interface OperatorDoor {
  close(): Promise<void>;
}

/** One line of what the door answers to a move. */
export type DoorLine = { say: string } | { done: string } | { failed: string };

export interface OperatorCalls {
  /** Undefined: the data are in a database already. */
  moveTo: MoveTo | undefined;
  report(): Promise<OperatorReport>;
}

interface DoorParts {
  dataDir: string;
  log: Pick<Logger, 'info' | 'warn' | 'error'>;
  access: Pick<OperatorAccess, 'token' | 'isToken'>;
}

const bodyBytesMax = 10_000;

/**
 * Lets the operator's commands reach this process: on a port of the loopback of its own, which no proxy leads to, with the
 * operator's token, which is left in a file that only the owner of the process can read. Where there is no room for that
 * file, no command gets in, and the log says so.
 */
export async function openOperatorDoor(
  { dataDir, log, access }: DoorParts,
  { moveTo, report }: OperatorCalls,
): Promise<OperatorDoor> {
  let isMoving = false;

  function move(request: IncomingMessage, response: ServerResponse, to: MoveTo): void {
    isMoving = true;
    answerMove(request, response, to)
      .catch((error: unknown) => log.error({ event: 'move.failed', err: error }))
      .finally(() => {
        isMoving = false;
      });
  }

  const server = createServer((request, response) => {
    const token = /^bearer (\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (!access.isToken(token)) return refuse(response, 401, 'The token is not the one of this server.');
    const call = `${request.method} ${request.url}`;
    if (call === 'GET /checks') return answerReport(response, report);
    if (call !== 'POST /move') return refuse(response, 404, 'There is no such call.');
    if (moveTo === undefined) return refuse(response, 409, 'The data are in a database already.');
    if (isMoving) return refuse(response, 409, 'It is being moved already.');
    move(request, response, moveTo);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  server.unref();
  try {
    const { port } = server.address() as AddressInfo;
    writeOperatorFile(dataDir, { pid: process.pid, port, token: access.token });
  } catch (error) {
    log.warn({ event: 'operator.no-file', err: error });
  }
  return {
    close: () =>
      new Promise((resolve) => {
        removeOperatorFile(dataDir, process.pid);
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function answerReport(response: ServerResponse, report: OperatorCalls['report']): void {
  report().then(
    (found) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(found)),
    (error: Error) => refuse(response, 500, error.message),
  );
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

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { 'Content-Type': 'application/x-ndjson' });
  response.end(`${JSON.stringify({ failed: reason })}\n`);
}
