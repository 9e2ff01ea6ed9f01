import type { OutboxEntry, ThreadMessage } from './types.ts';

/** `known` with `incoming` put in, ascending by sequence, each entry once; a later copy of an entry replaces it. */
export function mergeMessages(known: readonly ThreadMessage[], incoming: readonly ThreadMessage[]): ThreadMessage[] {
  const bySequence = new Map(known.map((message) => [message.sequence, message]));
  for (const message of incoming) bySequence.set(message.sequence, message);
  return [...bySequence.values()].sort((a, b) => a.sequence - b.sequence);
}

/** The highest sequence number up to which nothing is missing; 0 for an empty thread. Older pages do not count. */
export function lastWithoutGap(messages: readonly ThreadMessage[]): number {
  let last = messages[0] ? messages[0].sequence - 1 : 0;
  for (const { sequence } of messages) {
    if (sequence !== last + 1) break;
    last = sequence;
  }
  return last;
}

/** What of the outbox is still to be shown under the thread: of this conversation, and not in the thread already. */
export function stillWaiting(
  entries: readonly OutboxEntry[],
  conversation: string | undefined,
  messages: readonly ThreadMessage[],
): OutboxEntry[] {
  const stored = new Set(messages.map((message) => message.clientMessageId));
  return entries.filter((entry) => entry.conversation === conversation && !stored.has(entry.id));
}

/** Entries of the other side beyond what the visitor has seen. */
export function unreadMessages(messages: readonly ThreadMessage[], readSequence: number): ThreadMessage[] {
  return messages.filter((message) => message.role !== 'user' && message.sequence > readSequence);
}
