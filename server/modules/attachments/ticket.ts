import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { ClientId } from '../../../shared/ids.ts';

/** How long an address with a ticket works at least; up to twice as long, so that views of one period are alike. */
export const ticketMs = 10 * 60_000;

/** What a ticket opens. */
export interface Ticketed {
  clientId: ClientId;
  attachmentId: string;
}

/** Leave to read one file for some minutes without a token; `visitorTokenKey` is stretched into a key of its own. */
export function createTickets(visitorTokenKey: Buffer, now: () => Date) {
  const key = Buffer.from(hkdfSync('sha256', visitorTokenKey, '', 'confab attachment ticket', 32));
  const sign = (signed: string) => createHmac('sha256', key).update(signed).digest();

  return {
    issue({ clientId, attachmentId }: Ticketed): string {
      const expiresAt = (Math.floor(now().getTime() / ticketMs) + 2) * ticketMs;
      const said = `${clientId}.${expiresAt}`;
      return `${said}.${sign(`${said}.${attachmentId}`).toString('base64url')}`;
    },

    /** The client whose file it is; undefined when the ticket is forged, has lapsed or is for another file. */
    check(ticket: string, attachmentId: string): ClientId | undefined {
      const [clientId = '', expiresAt = '', signature = ''] = ticket.split('.');
      const given = Buffer.from(signature, 'base64url');
      const right = sign(`${clientId}.${expiresAt}.${attachmentId}`);
      if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined;
      return Number(expiresAt) > now().getTime() ? (clientId as ClientId) : undefined;
    },
  };
}
