import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation, Message } from '../../../shared/schema.ts';
import { NotFoundError } from '../errors.ts';
import { previewOf } from '../preview.ts';
import type { MessagesRepository, NewMessage } from '../repositories/messages.ts';
import { conversationChanged, handoffEvent, messageCreated } from '../webhook-payload.ts';
import type { MemContext } from './mem-context.ts';
import { conversations, messages } from './mem-conversation-tables.ts';
import { endOpenHandoff } from './mem-handoffs.ts';
import { enqueueJob } from './mem-jobs.ts';
import { recordEvents } from './mem-outbox.ts';
import { clientMadeKey } from './mem-table-parts.ts';
import { idOf, idOrNull, ownedKey } from './mem-values.ts';

export function createMessages({ env, read, write }: MemContext, clientId: ClientId): MessagesRepository {
  return {
    append: (input) =>
      write((tx) => {
        const conversation = tx.of(conversations).get(ownedKey(clientId, input.conversationId));
        const wrongVisitor =
          input.onlyForVisitorId !== undefined && conversation?.visitorId !== idOf(input.onlyForVisitorId);
        if (conversation === undefined || wrongVisitor) throw new NotFoundError('conversation');

        const clientMessageId = input.clientMessageId ?? null;
        if (clientMessageId !== null) {
          const key = clientMadeKey(clientId, conversation.id, clientMessageId);
          const stored = tx.of(messages).findBy('clientMade', key);
          if (stored !== undefined) return { message: stored, repeated: true, conversation };
        }
        const message = tx.of(messages).insert({
          clientId,
          conversationId: conversation.id,
          sequence: conversation.lastSequence + 1,
          id: env.newId(),
          role: input.role,
          content: input.content,
          metadata: input.metadata ?? {},
          clientMessageId,
          authorId: idOrNull(input.authorId),
          createdAt: env.now(),
        });
        const after = tx.of(conversations).update(conversation, {
          ...traceOf(message, conversation, input.previewText),
          ...statusAfter(conversation, message, input.statusAfter),
        });
        if (input.answerJob !== undefined) {
          const job = { kind: 'answer', subjectId: message.id, payload: input.answerJob } as const;
          enqueueJob(tx, env, clientId, { ...job, runAt: message.createdAt });
        }
        const end = { at: message.createdAt, as: 'answered' } as const;
        const ended = message.role === 'agent' ? endOpenHandoff(tx, conversation, end) : undefined;
        recordEvents(tx, env, { conversation: after, at: message.createdAt }, () => [
          messageCreated(message),
          ...conversationChanged(conversation, after),
          ...(ended ? [handoffEvent('handoff.resolved', ended)] : []),
        ]);
        return { message, repeated: false, conversation: after };
      }),

    list: (conversationId, { after, before, limit }) =>
      read((tx) => {
        const upwards = after !== undefined;
        const position = after ?? before;
        const rows = tx.of(messages).scan('conversation', ownedKey(clientId, conversationId), {
          descending: !upwards,
          beyond: position === undefined ? undefined : { sequence: position },
        });
        const items: Message[] = [];
        let hasMore = false;
        for (const row of rows) {
          hasMore = items.length === limit;
          if (hasMore) break;
          items.push(row);
        }
        return { items: upwards ? items : items.reverse(), hasMore };
      }),

    findClientMade: (conversationId, clientMessageId) =>
      read((tx) =>
        tx.of(messages).findBy('clientMade', clientMadeKey(clientId, idOf(conversationId), clientMessageId)),
      ),

    find: (conversationId, id) =>
      read((tx) => {
        const message = tx.of(messages).get(ownedKey(clientId, id));
        return message?.conversationId === idOf(conversationId) ? message : undefined;
      }),
  };
}

/** What a message leaves behind in its conversation. */
function traceOf(message: Message, conversation: Conversation, previewText = message.content): Partial<Conversation> {
  return {
    messageCount: conversation.messageCount + 1,
    lastSequence: message.sequence,
    lastMessagePreview: previewOf(previewText),
    lastMessageRole: message.role,
    lastMessageAt: message.createdAt,
    updatedAt: message.createdAt,
    ...(message.role === 'user' && { visitorReadSequence: message.sequence }),
    ...(message.role === 'agent' && { agentReadSequence: message.sequence, handoff: null }),
  };
}

function statusAfter(
  { status, handoff }: Conversation,
  { role }: Message,
  wanted: NewMessage['statusAfter'],
): Partial<Conversation> {
  if (wanted === undefined) return {};
  if (wanted === 'snoozed') return { status: 'snoozed' };
  if (wanted !== 'reopen') return { status: wanted, snoozedUntil: null };
  if (status !== 'closed' && status !== 'snoozed') return {};
  return { status: handoff === null || role === 'agent' ? 'open' : 'waiting', snoozedUntil: null };
}
