import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import type { Draw } from './draw.ts';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Nothing came in time. */
export class HangError extends Error {
  override readonly name = 'HangError';
}

export interface Wire {
  /** @throws HangError; any other error when the connection breaks before there is an answer, twice */
  send(draw: Pick<Draw, 'method' | 'path' | 'headers' | 'body'>): Promise<Answer>;
  /** Bytes as they are; answers whatever comes until the server closes. @throws HangError */
  sendBytes(bytes: string): Promise<string>;
  close(): void;
}

export function createWire(
  port: number,
  { deadlineMs, connections }: { deadlineMs: number; connections: number },
): Wire {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const once = (draw: Pick<Draw, 'method' | 'path' | 'headers' | 'body'>, fresh: boolean) =>
    new Promise<Answer>((resolve, reject) => {
      const { method, path, headers, body } = draw;
      const sent = request(
        { host: '127.0.0.1', port, method, path, headers, agent: fresh ? false : agent },
        (answer) => {
          const parts: Buffer[] = [];
          answer.on('data', (part: Buffer) => parts.push(part));
          answer.on('error', reject);
          answer.on('end', () => {
            clearTimeout(overdue);
            resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts) });
          });
        },
      );
      const overdue = setTimeout(() => {
        reject(new HangError(`No answer within ${deadlineMs} ms.`));
        sent.destroy();
      }, deadlineMs);
      sent.on('error', (error) => {
        clearTimeout(overdue);
        reject(error);
      });
      sent.end(body);
    });

  return {
    async send(draw) {
      try {
        return await once(draw, false);
      } catch (error) {
        // The server may have closed a kept connection in the same moment.
        if (error instanceof HangError) throw error;
        return once(draw, true);
      }
    },
    sendBytes: (bytes) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.end(bytes, 'latin1'));
        let answer = '';
        const overdue = setTimeout(() => {
          socket.destroy();
          reject(new HangError(`The connection stayed open for ${deadlineMs} ms.`));
        }, deadlineMs);
        socket.on('data', (part) => {
          answer += part.toString('latin1');
        });
        socket.on('error', () => {});
        socket.on('close', () => {
          clearTimeout(overdue);
          resolve(answer);
        });
      }),
    close: () => agent.destroy(),
  };
}
