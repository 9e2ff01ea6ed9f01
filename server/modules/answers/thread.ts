import type { Conversation, Message } from '../../../shared/schema.ts';
import type { ClientStorage } from '../../storage/storage.ts';
import type { Turn } from './engines/engine.ts';

/** Under this member of a message's metadata stands the visitor's message that it answers. */
export const answerToKey = 'answerTo';
/** Set on the entry with which the assistant took a thread back. */
export const handedBackKey = 'handedBack';
/** Set on what an engine has answered; not on greetings, on what was not known, and on what tells of a failure. */
export const answersKey = 'answers';
/** Set on an answer that did not know, and offered a person. */
export const offersPersonKey = 'offersPerson';

const windowMessages = 40;
const pagesMax = 20;

/** What was said around a question. */
export interface Thread {
  /** Before the question, earliest first, each question followed by the assistant's answer to it. */
  before: Message[];
  /** Whether there is more before that. */
  hasEarlier: boolean;
  /** After it, earliest first. */
  after: Message[];
}

export async function readAround(own: ClientStorage, question: Message): Promise<Thread> {
  const { conversationId, sequence } = question;
  const [before, after] = await Promise.all([
    own.messages.list(conversationId, { before: sequence, limit: windowMessages }),
    own.messages.list(conversationId, { after: sequence, limit: 100 }),
  ]);
  // A question that came while another was being answered has its answer further down; it was said before all the same.
  const woven = before.items.flatMap((message) => [
    message,
    ...after.items.filter(({ metadata }) => metadata[answerToKey] === message.id),
  ]);
  return { before: woven, hasEarlier: before.hasMore, after: after.items };
}

/**
 * Whether a person is talking with the visitor: somebody is assigned or called for, or has written since the assistant
 * had the thread last.
 */
export async function isWithPerson(own: ClientStorage, conversation: Conversation, thread: Thread): Promise<boolean> {
  if (conversation.assigneeId !== null || conversation.handoff !== null) return true;
  let items = [...thread.before, ...thread.after];
  let hasEarlier = thread.hasEarlier;
  for (let page = 0; page < pagesMax; page += 1) {
    const last = items.findLast((message) => message.role === 'agent' || isHandedBack(message));
    if (last) return last.role === 'agent';
    const before = items[0]?.sequence;
    if (!hasEarlier || before === undefined) return false;
    const earlier = await own.messages.list(conversation.id, { before, limit: 100 });
    items = earlier.items;
    hasEarlier = earlier.hasMore;
  }
  return false;
}

const isHandedBack = ({ role, metadata }: Message) => role === 'system' && metadata[handedBackKey] === true;

/** What somebody else has said to the question meanwhile: a workflow through the API, or an agent. */
export function answerBySomebody({ after }: Thread): Message | undefined {
  return after.find(
    ({ role, metadata }) => (role === 'assistant' || role === 'agent') && metadata[answerToKey] === undefined,
  );
}

/** The thread as engines are shown it. */
export function turnsOf({ before }: Thread): Turn[] {
  return before.flatMap(({ role, content }) => {
    if (role === 'system' || content === '') return [];
    return [{ role: role === 'user' ? ('visitor' as const) : role, text: content }];
  });
}

export const lastOf = ({ before }: Thread, role: Message['role']): Message | undefined =>
  before.findLast((message) => message.role === role);
