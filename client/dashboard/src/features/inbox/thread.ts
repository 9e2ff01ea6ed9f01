import type { MessageView } from '../../../../../shared/contracts/conversations.ts';

/**
 * A thread as it is known here. `messages` is a stretch without gaps, ascending by sequence; what arrived beyond a gap
 * waits in `held` until the gap is filled, so that nothing is ever shown out of order.
 */
export interface Thread {
  messages: readonly MessageView[];
  held: readonly MessageView[];
  /** Whether there is something before the first message. */
  hasOlder: boolean;
}

/** The thread after its newest page was read. */
export function threadFrom(items: readonly MessageView[], hasMore: boolean): Thread {
  return { messages: [...items].sort(bySequence), held: [], hasOlder: hasMore };
}

const bySequence = (a: MessageView, b: MessageView) => a.sequence - b.sequence;

/** The highest sequence number up to which nothing is missing; 0 for an empty thread. */
export function lastSequenceOf(thread: Thread): number {
  return thread.messages.at(-1)?.sequence ?? 0;
}

/** The lowest sequence number known, or null for an empty thread. */
export function firstSequenceOf(thread: Thread): number | null {
  return thread.messages[0]?.sequence ?? null;
}

/** Whether something before a held message is missing, to be read with `after=` {@link lastSequenceOf}. */
export function hasGap(thread: Thread): boolean {
  return thread.held.length > 0;
}

/** Whether the message with this number is in the stretch. */
export function reaches(thread: Thread, sequence: number): boolean {
  const first = firstSequenceOf(thread);
  return first !== null && first <= sequence && sequence <= lastSequenceOf(thread);
}

/** Adds what arrived, in whatever order and however often; the same thread when nothing is new. */
export function withNewer(thread: Thread, incoming: readonly MessageView[]): Thread {
  const last = lastSequenceOf(thread);
  const held = new Map(thread.held.map((message) => [message.sequence, message]));
  let changed = false;
  for (const message of incoming) {
    if (message.sequence <= last || held.has(message.sequence)) continue;
    held.set(message.sequence, message);
    changed = true;
  }
  if (!changed) return thread;
  const messages = [...thread.messages];
  for (let next = last + 1; held.has(next); next += 1) {
    messages.push(held.get(next)!);
    held.delete(next);
  }
  return { ...thread, messages, held: [...held.values()].sort(bySequence) };
}

/** Adds an older stretch that ends right before the first message; anything else is ignored. */
export function withOlder(thread: Thread, older: readonly MessageView[], hasMore: boolean): Thread {
  const first = firstSequenceOf(thread);
  const fitting = older.filter((message) => first === null || message.sequence < first).sort(bySequence);
  const meets = first === null || fitting.length === 0 || fitting.at(-1)!.sequence === first - 1;
  if (!meets) return thread;
  return { ...thread, messages: [...fitting, ...thread.messages], hasOlder: hasMore };
}
