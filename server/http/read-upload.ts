import type { IncomingMessage } from 'node:http';
import { HttpProblem } from './problem.ts';
import { refuseEncoded } from './read-body.ts';

/**
 * The bytes of a file that is the body of a request, as they arrive; nothing is read before they are asked for. Rejects
 * with an HttpProblem when they are more than allowed, compressed, or break off.
 */
export async function* readUpload(request: IncomingMessage, bytesMax: number): AsyncGenerator<Uint8Array> {
  refuseEncoded(request);
  const tooLarge = () => new HttpProblem('body-too-large', `A file may have at most ${bytesMax} bytes.`);
  if (Number(request.headers['content-length']) > bytesMax) throw tooLarge();
  let length = 0;
  try {
    // The connection must outlast a refusal in the middle, or the answer would not get through.
    for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) {
      length += part.length;
      if (length > bytesMax) throw tooLarge();
      yield part;
    }
  } catch (error) {
    if (error instanceof HttpProblem) throw error;
    throw new HttpProblem('bad-request', 'The file broke off on its way.');
  }
}

/**
 * Reads and drops what a sender goes on sending after the answer, so that it gets to read the answer; one that goes on
 * beyond `bytesMax` is cut off.
 */
export function dropRest(request: IncomingMessage, bytesMax: number): void {
  if (request.complete || request.destroyed) return;
  let left = bytesMax;
  request.on('error', () => {});
  request.on('data', (part: Buffer) => {
    left -= part.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
