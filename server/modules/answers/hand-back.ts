import type { Conversation } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import { recordChange } from '../audit/record-change.ts';
import { answerLanguageOf } from './answer-language.ts';
import { phrasesOf } from './phrases.ts';
import { handedBackKey, isWithPerson } from './thread.ts';

interface Wish {
  caller: MemberCaller;
  conversationId: string;
  requestId: string;
}

/**
 * Lets the assistant answer again: nobody is assigned, an open call for a person ends, and an entry of the thread says
 * so to visitor and agents. Changes nothing where it answers already. @throws NotFoundError `conversation`
 */
export async function handBack(
  { storage, bus }: Pick<Deps, 'storage' | 'bus'>,
  { caller, conversationId, requestId }: Wish,
): Promise<Conversation> {
  const { clientId, user } = caller;
  const done = await storage.transaction(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.conversations.find(conversationId);
    if (!before) throw new NotFoundError('conversation');
    const { items, hasMore } = await own.messages.list(conversationId, { limit: 100 });
    const thread = { before: items, hasEarlier: hasMore, after: [] };
    if (!(await isWithPerson(own, before, thread))) return { conversation: before };

    if (before.handoff) await own.handoffs.resolve(conversationId, 'closed');
    const status = before.status === 'closed' ? 'closed' : 'open';
    await own.conversations.update(conversationId, { assigneeId: null, status, snoozedUntil: null });
    const widget = before.widgetId === null ? undefined : await own.widgets.find(before.widgetId);
    const visitor = before.visitorId === null ? undefined : await own.visitors.find(before.visitorId);
    const said = items.findLast(({ role }) => role === 'user')?.content ?? '';
    const language = answerLanguageOf(said, [widget?.language, visitor?.locale]);
    const entry = await own.messages.append({
      conversationId,
      role: 'system',
      content: phrasesOf(language).assistantBack,
      metadata: { [handedBackKey]: true },
    });
    await recordChange(
      own,
      { user, requestId },
      { action: 'conversation.handed-back', targetType: 'conversation', targetId: conversationId },
    );
    return { conversation: entry.conversation, entry };
  });
  announce(bus, clientId, done);
  return done.conversation;
}

function announce(
  bus: Deps['bus'],
  clientId: Conversation['clientId'],
  { conversation, entry }: { conversation: Conversation; entry?: AppendResult },
): void {
  if (!entry) return;
  bus.publish('message.created', { clientId, message: entry.message, conversation });
  bus.publish('conversation.updated', { clientId, conversation });
}
