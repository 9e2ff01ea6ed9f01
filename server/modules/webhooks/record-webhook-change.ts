import type { JsonObject, Webhook } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { type Actor, recordChange, recordSystemChange } from '../audit/record-change.ts';

/** The audit row of what was done to a webhook; `by` left out: by the server itself. */
export async function recordWebhookChange(
  own: ClientStorage,
  { webhook, verb, by, details = {} }: { webhook: Webhook; verb: string; by?: Actor; details?: JsonObject },
): Promise<void> {
  const change = {
    action: `webhook.${verb}`,
    targetType: 'webhook',
    targetId: webhook.id,
    details: { url: withoutQuery(webhook.url), ...details },
  } as const;
  await (by ? recordChange(own, by, change) : recordSystemChange(own, change));
}

/** Receivers are sometimes named by a token in the query, which is nobody else's business. */
export function withoutQuery(url: string): string {
  return url.replace(/\?.*$/s, '');
}
