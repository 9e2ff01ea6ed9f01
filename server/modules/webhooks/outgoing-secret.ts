import { createHmac, randomBytes } from 'node:crypto';
import type { Webhook } from '../../../shared/schema.ts';

/** What the secret of a webhook is sealed for; sealed for one webhook it is worthless for another. */
export const outgoingSecretContext = ({ clientId, id }: Pick<Webhook, 'clientId' | 'id'>): string =>
  `secret of outgoing webhook ${clientId} ${id}`;

const prefix = 'whsec_';

/** So long deliveries are signed with the secret before as well, once it has been replaced. */
export const graceMs = 24 * 60 * 60_000;

/** The sealed secrets that deliveries are signed with now: the present one first, then the one before, in its grace. */
export function sealedSecretsOf(
  { sealedSecret, previousSealedSecret, previousSecretUntil }: Webhook,
  now: Date,
): { present: string; previous: string | undefined } {
  const isInGrace = previousSealedSecret !== null && previousSecretUntil !== null && previousSecretUntil > now;
  return { present: sealedSecret, previous: isInGrace ? previousSealedSecret : undefined };
}

/** In the form of Standard Webhooks: what follows the prefix is the key in base64. */
export function newOutgoingSecret(): string {
  return prefix + randomBytes(32).toString('base64');
}

/**
 * The headers that say which delivery it is, when it was sent and who sent it: those of Standard Webhooks
 * (`webhook-id`, `webhook-timestamp`, `webhook-signature: v1,<base64 of HMAC-SHA256(key, id.timestamp.body)>`), and the one
 * that calls of workflows have (`x-confab-signature: t=<seconds>,v1=<hex of HMAC-SHA256(secret, t.body)>`). With several
 * secrets there is a signature by each, in their order: after a space in the former, as another `,v1=` in the latter.
 */
export function signedHeaders(secrets: readonly string[], { id, body, now }: { id: string; body: string; now: Date }) {
  const time = Math.floor(now.getTime() / 1000);
  const standard = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${time}.${body}`).digest('base64')}`;
  });
  const own = secrets.map((secret) => `v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`);
  return {
    'webhook-id': id,
    'webhook-timestamp': String(time),
    'webhook-signature': standard.join(' '),
    'x-confab-signature': [`t=${time}`, ...own].join(','),
  };
}
