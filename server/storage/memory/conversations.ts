import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation } from '../../../shared/schema.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { ConversationFilter, ConversationsRepository } from '../repositories/conversations.ts';
import { conversationChanged } from '../webhook-payload.ts';
import type { MemContext } from './mem-context.ts';
import { conversations } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { recordEvents } from './mem-outbox.ts';
import { takePage } from './mem-page.ts';
import { clientMadeKey } from './mem-table-parts.ts';
import { idOrNull, ownedKey } from './mem-values.ts';

export function createConversations({ env, read, write }: MemContext, clientId: ClientId): ConversationsRepository {
  const wanted = (tx: MemTransaction, id: string): Conversation => {
    const conversation = tx.of(conversations).get(ownedKey(clientId, id));
    if (conversation === undefined) throw new NotFoundError('conversation');
    return conversation;
  };

  return {
    create: (input) =>
      write((tx) => {
        const visitorId = idOrNull(input.visitorId);
        const clientConversationId = input.clientConversationId ?? null;
        if (visitorId !== null && clientConversationId !== null) {
          const key = clientMadeKey(clientId, visitorId, clientConversationId);
          const first = tx.of(conversations).findBy('clientMade', key);
          if (first !== undefined) return { conversation: first, created: false };
        }
        const now = env.now();
        const conversation = tx.of(conversations).insert({
          clientId,
          id: env.newId(),
          widgetId: idOrNull(input.widgetId),
          visitorId,
          clientConversationId,
          title: input.title ?? null,
          status: 'open',
          snoozedUntil: null,
          assigneeId: null,
          tags: [],
          metadata: input.metadata ?? {},
          messageCount: 0,
          lastSequence: 0,
          lastMessagePreview: null,
          lastMessageRole: null,
          lastMessageAt: null,
          visitorReadSequence: 0,
          agentReadSequence: 0,
          handoff: null,
          createdAt: now,
          updatedAt: now,
        });
        recordEvents(tx, env, { conversation, at: now }, () => [{ event: 'conversation.created', data: {} }]);
        return { conversation, created: true };
      }),

    find: (id) => read((tx) => tx.of(conversations).get(ownedKey(clientId, id))),

    findAll: (ids) =>
      read((tx) => {
        const keys = [...new Set(ids.map((id) => ownedKey(clientId, id)))];
        return keys.map((key) => tx.of(conversations).get(key)).filter((found) => found !== undefined);
      }),

    list: (filter, { limit, cursor }) =>
      read((tx) => {
        const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
        const beyond = position && { updatedAt: position.at, id: position.id };
        const rows = tx.of(conversations).scan('client', clientId, { descending: true, beyond });
        return takePage(only(rows, filter), limit, ({ updatedAt, id }) => encodeInstantCursor({ at: updatedAt, id }));
      }),

    update: (id, { title, status, snoozedUntil, assigneeId, tags, metadata }) =>
      write((tx) => {
        const assignee = assigneeId === undefined ? undefined : idOrNull(assigneeId);
        const now = env.now();
        const fields = { title, status, snoozedUntil, assigneeId: assignee, tags, metadata, updatedAt: now };
        const before = wanted(tx, id);
        const conversation = tx.of(conversations).update(before, fields);
        recordEvents(tx, env, { conversation, at: now }, () => conversationChanged(before, conversation));
        return conversation;
      }),

    markRead: (id, side, sequence) =>
      write((tx) => {
        const conversation = wanted(tx, id);
        const column = side === 'visitor' ? 'visitorReadSequence' : 'agentReadSequence';
        const seen = Math.min(sequence, conversation.lastSequence);
        return seen > conversation[column]
          ? tx.of(conversations).update(conversation, { [column]: seen })
          : conversation;
      }),

    remove: (id) => write((tx) => tx.of(conversations).remove([wanted(tx, id)])),
  };
}

function* only(rows: Iterable<Conversation>, filter: ConversationFilter): Generator<Conversation, void, undefined> {
  const { status } = filter;
  const widgetId = filter.widgetId?.toLowerCase();
  const visitorId = filter.visitorId?.toLowerCase();
  const assigneeId = filter.assigneeId === undefined ? undefined : idOrNull(filter.assigneeId);
  for (const row of rows) {
    if (status !== undefined && row.status !== status) continue;
    if (widgetId !== undefined && row.widgetId !== widgetId) continue;
    if (visitorId !== undefined && row.visitorId !== visitorId) continue;
    if (assigneeId !== undefined && row.assigneeId !== assigneeId) continue;
    yield row;
  }
}
