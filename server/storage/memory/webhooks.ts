import type { ClientId } from '../../../shared/ids.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import type { WebhooksRepository } from '../repositories/webhooks.ts';
import { webhookCalls, webhookSecrets } from './mem-answer-tables.ts';
import type { MemContext } from './mem-context.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';

const PRUNED_MAX = 1_000;

export function createWebhooks({ env, read, write }: MemContext, clientId: ClientId): WebhooksRepository {
  return {
    note: (call) =>
      write((tx) =>
        tx.of(webhookCalls).insert({
          clientId,
          id: idOf(call.id),
          widgetId: idOf(call.widgetId),
          conversationId: idOf(call.conversationId),
          questionMessageId: idOf(call.questionMessageId),
          url: call.url,
          input: call.input,
          output: call.output,
          outcome: call.outcome,
          failure: call.failure,
          httpStatus: call.httpStatus,
          durationMs: call.durationMs,
          createdAt: env.now(),
        }),
      ),

    find: (id) => read((tx) => tx.of(webhookCalls).get(ownedKey(clientId, id))),

    list: (widgetId, { limit, cursor }) =>
      read((tx) => {
        const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
        const beyond = position && { createdAt: position.at, id: position.id };
        const rows = tx.of(webhookCalls).scan('widget', ownedKey(clientId, widgetId), { descending: true, beyond });
        return takePage(rows, limit, ({ createdAt, id }) => encodeInstantCursor({ at: createdAt, id }));
      }),

    prune: (before) =>
      write((tx) => {
        const old = [];
        for (const call of tx.of(webhookCalls).scan('client', clientId)) {
          if (call.createdAt < before && old.push(call) === PRUNED_MAX) break;
        }
        tx.of(webhookCalls).remove(old);
        return old.length;
      }),

    findSecret: (widgetId) => read((tx) => tx.of(webhookSecrets).get(ownedKey(clientId, widgetId))),

    setSecret: (widgetId, sealedSecret) =>
      write((tx) => {
        const fresh = { sealedSecret, createdAt: env.now() };
        const known = tx.of(webhookSecrets).get(ownedKey(clientId, widgetId));
        if (known !== undefined) return tx.of(webhookSecrets).update(known, fresh);
        return tx.of(webhookSecrets).insert({ clientId, widgetId: idOf(widgetId), ...fresh });
      }),
  };
}
