import type { IncomingMessage } from 'node:http';

/**
 * The address a request comes from. Each trusted proxy has appended the address it saw to `X-Forwarded-For`, so with n
 * trusted hops the n-th entry from the right is the peer; anything further left may be invented by the sender.
 */
export function createRemoteAddressOf(trustedHops: number): (request: IncomingMessage) => string {
  return (request) => {
    const peer = request.socket.remoteAddress ?? '';
    if (trustedHops === 0) return peer;
    const forwarded = String(request.headers['x-forwarded-for'] ?? '')
      .split(',')
      .map((entry) => entry.trim())
      .filter((entry) => entry !== '');
    return forwarded.at(-trustedHops) ?? forwarded[0] ?? peer;
  };
}
