import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation } from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import { type HandoffsRepository, handoffsLookedAt } from '../repositories/handoffs.ts';
import { conversationChanged, handoffEvent } from '../webhook-payload.ts';
import type { MemContext } from './mem-context.ts';
import { conversations, handoffs } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { endOpenHandoff, openHandoffOf } from './mem-handoffs.ts';
import { recordEvents } from './mem-outbox.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createHandoffs({ env, read, write }: MemContext, clientId: ClientId): HandoffsRepository {
  const wanted = (tx: MemTransaction, id: string): Conversation => {
    const conversation = tx.of(conversations).get(ownedKey(clientId, id));
    if (conversation === undefined) throw new NotFoundError('conversation');
    return conversation;
  };

  return {
    request: ({ conversationId, requestedBy, reason, onlyForVisitorId }) =>
      write((tx) => {
        const before = wanted(tx, conversationId);
        if (onlyForVisitorId !== undefined && before.visitorId !== idOf(onlyForVisitorId)) {
          throw new NotFoundError('conversation');
        }
        const open = openHandoffOf(tx, before);
        if (open) return { handoff: open, conversation: before, repeated: true };
        const now = env.now();
        const handoff = tx.of(handoffs).insert({
          clientId,
          id: env.newId(),
          conversationId: before.id,
          requestedBy,
          reason,
          requestedAt: now,
          resolvedAt: null,
          resolution: null,
        });
        const conversation = tx.of(conversations).update(before, {
          status: 'waiting',
          snoozedUntil: null,
          handoff: { requestedBy, reason, requestedAt: now.toISOString() },
          updatedAt: now,
        });
        recordEvents(tx, env, { conversation, at: now }, () => [
          handoffEvent('handoff.requested', handoff),
          ...conversationChanged(before, conversation),
        ]);
        return { handoff, conversation, repeated: false };
      }),

    resolve: (conversationId, resolution) =>
      write((tx) => {
        const conversation = wanted(tx, conversationId);
        if (conversation.handoff === null) return undefined;
        const now = env.now();
        const ended = endOpenHandoff(tx, conversation, { at: now, as: resolution });
        const after = tx.of(conversations).update(conversation, { handoff: null });
        if (ended) {
          recordEvents(tx, env, { conversation: after, at: now }, () => [handoffEvent('handoff.resolved', ended)]);
        }
        return after;
      }),

    list: (conversationId, { limit, cursor }) =>
      read((tx) => {
        const beyond = cursor === undefined ? undefined : { id: decodeIdCursor(cursor) };
        const rows = tx.of(handoffs).scan('conversation', ownedKey(clientId, conversationId), { beyond });
        return takePage(rows, limit, ({ id }) => encodeIdCursor(id));
      }),

    waits: (since) =>
      read((tx) => {
        const waits: number[] = [];
        let looked = 0;
        for (const one of tx.of(handoffs).scan('client', clientId, { descending: true })) {
          if (++looked > handoffsLookedAt) break;
          const { requestedAt, resolvedAt, resolution } = one;
          if (requestedAt < since || resolution !== 'answered' || resolvedAt === null) continue;
          waits.push(resolvedAt.getTime() - requestedAt.getTime());
        }
        return waits;
      }),
  };
}
