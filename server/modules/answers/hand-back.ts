import type { Conversation, Message } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import type { MemberCaller } from '../../http/route.ts';
import type { JobContext } from '../../jobs/job-handler.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { AppendResult } from '../../storage/repositories/messages.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import { recordChange } from '../audit/record-change.ts';
import { answerLanguageOf } from './answer-language.ts';
import { phrasesOf } from './phrases.ts';
import { withoutClosing } from './reopened.ts';
import { handedBackKey, isWithPerson, type Thread } from './thread.ts';

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

    const entry = await giveBack(own, before, items);
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

/**
 * Gives a closed conversation that its visitor has opened again by writing back to the assistant, whoever had it before:
 * on their own, visitors would wait for somebody who is done with it.
 */
export async function takeReopened(
  { bus }: Pick<Deps, 'bus'>,
  { hold }: Pick<JobContext, 'hold'>,
  { clientId, conversationId, thread }: Pick<Conversation, 'clientId'> & { conversationId: string; thread: Thread },
): Promise<void> {
  const entry = await hold(async (scope) => {
    const own = scope.forClient(clientId);
    const before = await own.conversations.find(conversationId);
    return before && giveBack(own, before, [...thread.before, ...thread.after]);
  });
  if (entry) announce(bus, clientId, { conversation: entry.conversation, entry });
}

/** What of a conversation changes when the assistant has it again, and the entry of its thread that says so. */
async function giveBack(own: ClientStorage, before: Conversation, items: readonly Message[]): Promise<AppendResult> {
  const { id: conversationId } = before;
  if (before.handoff) await own.handoffs.resolve(conversationId, 'closed');
  const status = before.status === 'closed' ? 'closed' : 'open';
  const released = { assigneeId: null, status, snoozedUntil: null, metadata: withoutClosing(before) } as const;
  await own.conversations.update(conversationId, released);
  const widget = before.widgetId === null ? undefined : await own.widgets.find(before.widgetId);
  const visitor = before.visitorId === null ? undefined : await own.visitors.find(before.visitorId);
  const said = items.findLast(({ role }) => role === 'user')?.content ?? '';
  const language = answerLanguageOf(said, [widget?.language, visitor?.locale]);
  return own.messages.append({
    conversationId,
    role: 'system',
    content: phrasesOf(language).assistantBack,
    metadata: { [handedBackKey]: true },
  });
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
