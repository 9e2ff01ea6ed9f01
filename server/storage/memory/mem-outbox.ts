import type { Conversation } from '../../../shared/schema.ts';
import type { StorageEnvironment } from '../storage.ts';
import { asJsonObject, type OutboxEvent, storedConversation, storedVisitor } from '../webhook-payload.ts';
import { visitors } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { ownedKey } from './mem-values.ts';
import { webhookDeliveries, webhooks } from './mem-webhook-tables.ts';

/** Puts what has happened in the outbox of every enabled webhook that wants it. `conversation` is as the events left it. */
export function recordEvents(
  tx: MemTransaction,
  env: StorageEnvironment,
  { conversation, at }: { conversation: Conversation; at: Date },
  events: () => OutboxEvent[],
): void {
  const { clientId } = conversation;
  const listening = [...tx.of(webhooks).scan('client', clientId)].filter(({ enabled }) => enabled);
  if (listening.length === 0) return;
  const visitor =
    conversation.visitorId === null ? undefined : tx.of(visitors).get(ownedKey(clientId, conversation.visitorId));
  for (const { event, data } of events()) {
    for (const webhook of listening) {
      if (!webhook.events.includes(event)) continue;
      tx.of(webhookDeliveries).insert({
        clientId,
        id: env.newId(),
        webhookId: webhook.id,
        conversationId: conversation.id,
        event,
        payload: asJsonObject({
          conversation: storedConversation(conversation),
          visitor: visitor ? storedVisitor(visitor) : null,
          ...data,
        }),
        ...unsent,
        byHand: false,
        nextTryAt: at,
        createdAt: at,
      });
    }
  }
}

/** A delivery that nobody has tried yet. */
export const unsent = {
  state: 'pending',
  attempts: 0,
  leaseId: null,
  leaseUntil: null,
  lastAttemptAt: null,
  httpStatus: null,
  failure: null,
  durationMs: null,
  response: null,
} as const;
