import { type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { HttpProblem, problemAnswer } from './problem.ts';
import { newRequestId } from './request-id.ts';
import { writeAnswer } from './write-answer.ts';

/**
 * Answers what never becomes a request, because Node cannot read it or gave up waiting for the rest, with a problem
 * document as everything else, and closes the connection.
 */
export function refuseUnreadable(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException & { rawPacket?: Buffer }, socket: Socket) => {
    const running = (socket as Socket & { _httpMessage?: { headersSent: boolean } })._httpMessage;
    if (!socket.writable || error.code === 'ECONNRESET' || running?.headersSent) {
      socket.destroy();
      return;
    }
    const requestId = newRequestId();
    const { status, headers, body = '' } = problemAnswer(problemOf(error), requestId);
    const fields = {
      ...headers,
      'X-Request-Id': requestId,
      'Content-Length': String(Buffer.byteLength(body)),
      'Cache-Control': 'no-store',
      Connection: 'close',
    };
    const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
    // Whoever sent HEAD would take the body for the beginning of another answer.
    const isHead = error.rawPacket?.toString('latin1', 0, 5) === 'HEAD ';
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${head.join('')}\r\n${isHead ? '' : body}`);
  });
}

/**
 * Refuses a request that does not say which host it is for. Node leaves headers beyond a thousand out, and with them
 * perhaps that one. Returns whether the request was taken.
 */
export function refuseWithoutHost(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.headers.host !== undefined || request.httpVersion !== '1.1') return false;
  const requestId = newRequestId();
  const problem = new HttpProblem('bad-request', 'Send a Host header, among at most a thousand headers.', {
    headers: { Connection: 'close' },
  });
  writeAnswer(response, problemAnswer(problem, requestId), requestId);
  return true;
}

function problemOf({ code }: NodeJS.ErrnoException): HttpProblem {
  if (code === 'HPE_HEADER_OVERFLOW') {
    return new HttpProblem('headers-too-large', 'Address and headers together may have 16 kB. Send shorter ones.');
  }
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return new HttpProblem('request-timeout', 'The request did not arrive whole in time. Send it again.');
  }
  return new HttpProblem('bad-request', 'This is not HTTP as the server understands it.');
}
