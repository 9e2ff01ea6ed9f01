import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import { daysBetween } from '../../lib/dates.ts';

/** What a thread is drawn from: a day's line or a message, which may continue the one above it. */
export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'message'; key: string; message: MessageView; continues: boolean };

const continuesWithinMs = 5 * 60_000;

/** The rows of a thread, with a line wherever the local day changes. */
export function rowsOf(messages: readonly MessageView[]): ThreadRow[] {
  const rows: ThreadRow[] = [];
  let before: MessageView | undefined;
  for (const message of messages) {
    const at = new Date(message.createdAt);
    const newDay = !before || daysBetween(new Date(before.createdAt), at) !== 0;
    if (newDay) rows.push({ kind: 'day', key: `day-${message.sequence}`, at: message.createdAt });
    const continues =
      !newDay &&
      before?.role === message.role &&
      before.authorId === message.authorId &&
      at.getTime() - new Date(before.createdAt).getTime() < continuesWithinMs;
    // A message keeps its key while it goes from sending to stored, so its bubble stays the same element.
    rows.push({ kind: 'message', key: message.clientMessageId ?? message.id, message, continues });
    before = message;
  }
  return rows;
}

/** The last own message the visitor has seen, to be marked so; null when there is none. */
export function lastSeenSequence(messages: readonly MessageView[], visitorReadSequence: number): number | null {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]!;
    if (message.role === 'agent' && message.sequence <= visitorReadSequence) return message.sequence;
  }
  return null;
}
