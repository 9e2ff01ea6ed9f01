import type { IncomingMessage } from 'node:http';
import { limits } from '../../shared/limits.ts';
import { HttpProblem } from './problem.ts';

const empty = Buffer.alloc(0);

/**
 * The whole body of a request. @throws HttpProblem when it is longer than allowed, compressed, or breaks off
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number = limits.requestBodyBytesMax,
): Promise<Buffer> {
  refuseEncoded(request);
  const announced = request.headers['content-length'];
  if (announced === '0' || (announced === undefined && request.headers['transfer-encoding'] === undefined))
    return empty;
  if (Number(announced) > bytesMax) throw tooLarge(request, bytesMax);
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    let length = 0;
    request.on('data', (part: Buffer) => {
      length += part.length;
      if (length > bytesMax) {
        request.removeAllListeners('data');
        reject(tooLarge(request, bytesMax));
      } else {
        parts.push(part);
      }
    });
    request.on('end', () => resolve(parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts, length)));
    request.on('error', () => reject(new HttpProblem('bad-request', 'The request broke off.')));
    request.on('aborted', () => reject(new HttpProblem('bad-request', 'The request broke off.')));
  });
}

/** @throws HttpProblem for a compressed body */
export function refuseEncoded({ headers }: IncomingMessage): void {
  const encoding = headers['content-encoding'];
  if (encoding && encoding !== 'identity') {
    throw new HttpProblem('unsupported-media-type', 'Send the body without Content-Encoding.');
  }
}

/** The rest is read and dropped, so that the answer reaches a sender who is still sending. */
function tooLarge(request: IncomingMessage, bytesMax: number): HttpProblem {
  request.resume();
  return new HttpProblem('body-too-large', `At most ${bytesMax} bytes are taken. Send less.`, {
    headers: { Connection: 'close' },
  });
}
