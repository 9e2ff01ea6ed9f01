import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ClientId } from '../../../shared/ids.ts';

/** How long an address with a ticket works at least; up to twice as long, so that views of one period are alike. */
export const ticketMs = 10 * 60_000;

/** What a ticket opens. */
export interface Ticketed {
  clientId: ClientId;
  /** The conversation in which the file stands: no address is good for a file of another one. */
  conversationId: string;
  attachmentId: string;
}

export type Tickets = ReturnType<typeof createTickets>;

/**
 * Leave to read one file for some minutes without a token. Each of `visitorTokenKeys` is stretched into a key of its
 * own; the first signs, all verify.
 */
export function createTickets(visitorTokenKeys: readonly Buffer[], now: () => Date) {
  const keys = visitorTokenKeys.map((key) => Buffer.from(hkdfSync('sha256', key, '', 'confab attachment ticket', 32)));
  const sign = (signed: string, key: Buffer) => createHmac('sha256', key).update(signed).digest();

  return {
    issue({ clientId, conversationId, attachmentId }: Ticketed): string {
      const expiresAt = (Math.floor(now().getTime() / ticketMs) + 2) * ticketMs;
      const said = `${clientId}.${conversationId}.${expiresAt}`;
      return `${said}.${sign(`${said}.${attachmentId}`, keys[0]!).toString('base64url')}`;
    },

    /** What the ticket opens; undefined when it is forged, has lapsed or is for another file. */
    check(ticket: string, attachmentId: string): Ticketed | undefined {
      const [clientId = '', conversationId = '', expiresAt = '', signature = ''] = ticket.split('.');
      const given = Buffer.from(signature, 'base64url');
      const isSigned = keys.some((key) => {
        const right = sign(`${clientId}.${conversationId}.${expiresAt}.${attachmentId}`, key);
        return given.length === right.length && timingSafeEqual(given, right);
      });
      if (!isSigned || Number(expiresAt) <= now().getTime()) return undefined;
      // Signed here, and issued for a row that named it.
      return { clientId: clientId as ClientId, conversationId, attachmentId };
    },
  };
}
