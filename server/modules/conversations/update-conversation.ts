import { isDeepStrictEqual } from 'node:util';
import type { updateConversation as endpoint } from '../../../shared/contracts/conversations.ts';
import type { InputOf } from '../../../shared/contracts/endpoint.ts';
import type { Fault } from '../../../shared/problems.ts';
import type { Conversation, Handoff, JsonObject, JsonValue } from '../../../shared/schema.ts';
import type { Deps } from '../../deps.ts';
import { validationProblem } from '../../http/problem.ts';
import type { MemberCaller } from '../../http/route.ts';
import { NotFoundError } from '../../storage/errors.ts';
import type { ConversationPatch } from '../../storage/repositories/conversations.ts';
import { noteClosing } from '../answers/reopened.ts';
import { recordChange } from '../audit/record-change.ts';

type Wish = InputOf<typeof endpoint>['body'];

interface Change {
  caller: MemberCaller;
  conversationId: string;
  wish: Wish;
  requestId: string;
}

/**
 * Assigns, closes, snoozes, tags or renames a conversation, with an audit row of what really changed. Assigning, opening
 * or closing it ends an open handoff. A wish that
 * changes nothing stores nothing and tells nobody.
 * @throws NotFoundError `conversation`
 * @throws HttpProblem `validation-failed` for an assignee who is no member and for a snooze that makes no sense
 */
export async function updateConversation(
  { storage, bus, now }: Pick<Deps, 'storage' | 'bus' | 'now'>,
  { caller, conversationId, wish, requestId }: Change,
): Promise<Conversation> {
  const { clientId, user } = caller;
  const { conversation, changed } = await storage.transaction(async (scope) => {
    const client = scope.forClient(clientId);
    const before = await client.conversations.find(conversationId);
    if (!before) throw new NotFoundError('conversation');
    const patch = differences(before, fulfil(before, wish, now()));
    if (Object.keys(patch).length === 0) return { conversation: before, changed: false };
    if (patch.assigneeId && !(await client.members.find(patch.assigneeId))) {
      throw validationProblem([{ pointer: '#/assigneeId', detail: 'Nobody with this id is a member.' }]);
    }
    const changed = await client.conversations.update(conversationId, { ...patch, ...noteClosing(before, patch) });
    const resolution = before.handoff && resolutionOf(patch);
    const after = (resolution && (await client.handoffs.resolve(conversationId, resolution))) ?? changed;
    await recordChange(
      client,
      { user, requestId },
      {
        action: actionOf(patch),
        targetType: 'conversation',
        targetId: before.id,
        details: detailsOf(before, patch),
      },
    );
    return { conversation: after, changed: true };
  });
  if (changed) bus.publish('conversation.updated', { clientId, conversation });
  return conversation;
}

/** The wish with what follows from it: only a snoozed conversation has a time to wake up at. */
function fulfil(before: Conversation, wish: Wish, now: Date): ConversationPatch {
  const status = wish.status ?? before.status;
  const faults: Fault[] = [];
  const until = typeof wish.snoozedUntil === 'string' ? new Date(wish.snoozedUntil) : wish.snoozedUntil;
  const pointer = '#/snoozedUntil';
  if (until && status !== 'snoozed') faults.push({ pointer, detail: 'Goes together with status snoozed only.' });
  if (until && until <= now) faults.push({ pointer, detail: 'Must be in the future.' });
  if (until === null && status === 'snoozed') faults.push({ pointer, detail: 'Say until when to snooze.' });
  if (faults.length > 0) throw validationProblem(faults);
  return {
    ...(wish.title !== undefined && { title: wish.title }),
    ...(wish.assigneeId !== undefined && { assigneeId: wish.assigneeId }),
    ...(wish.tags !== undefined && { tags: [...new Set(wish.tags)] }),
    status,
    snoozedUntil: status === 'snoozed' ? (until ?? before.snoozedUntil) : null,
  };
}

function differences(before: Conversation, wanted: ConversationPatch): ConversationPatch {
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !isDeepStrictEqual(before[name as keyof Conversation], value)),
  );
}

/** What a change makes of an open handoff: whoever opens it or gives it to somebody has seen to it. */
function resolutionOf({ status, assigneeId }: ConversationPatch): Handoff['resolution'] {
  if (status === 'closed') return 'closed';
  return assigneeId || status === 'open' ? 'assigned' : null;
}

const actionByStatus = {
  open: 'conversation.opened',
  waiting: 'conversation.updated',
  snoozed: 'conversation.snoozed',
  closed: 'conversation.closed',
} as const;

/** The most telling name for a change of several things at once. */
function actionOf(patch: ConversationPatch): string {
  if (patch.status !== undefined) return actionByStatus[patch.status];
  if (patch.assigneeId !== undefined) {
    return patch.assigneeId === null ? 'conversation.unassigned' : 'conversation.assigned';
  }
  return 'conversation.updated';
}

/** Old and new value of each changed field. */
function detailsOf(before: Conversation, patch: ConversationPatch): JsonObject {
  return Object.fromEntries(
    Object.entries(patch).map(([name, to]) => [
      name,
      { from: asJson(before[name as keyof Conversation]), to: asJson(to) },
    ]),
  );
}

function asJson(value: unknown): JsonValue {
  return value instanceof Date ? value.toISOString() : (value as JsonValue);
}
