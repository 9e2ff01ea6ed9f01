import { createHmac, randomBytes } from 'node:crypto';
import type { Webhook } from '../../../shared/schema.ts';

/** What the secret of a webhook is sealed for; sealed for one webhook it is worthless for another. */
export const outgoingSecretContext = ({ clientId, id }: Pick<Webhook, 'clientId' | 'id'>): string =>
  `secret of outgoing webhook ${clientId} ${id}`;

const prefix = 'whsec_';

/** In the form of Standard Webhooks: what follows the prefix is the key in base64. */
export function newOutgoingSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * The headers that say which delivery it is, when it was sent and who sent it: those of Standard Webhooks
 * (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 of HMAC-SHA256(key, id.timestamp.body)>`), and the one
 * that calls of workflows have (`x-confab-signature: t=<seconds>,v1=<hex of HMAC-SHA256(secret, t.body)>`).
 */
export function signedHeaders(secret: string, { id, body, now }: { id: string; body: string; now: Date }) {
  const time = Math.floor(now.getTime() / 1000);
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const standard = createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64');
  const own = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex');
  return {
    'webhook-id': id,
    'webhook-timestamp': String(time),
    'webhook-signature': `v1,${standard}`,
    'x-confab-signature': `t=${time},v1=${own}`,
  };
}
