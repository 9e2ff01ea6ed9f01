import type { MessageView } from '../../../../../shared/contracts/conversations.ts';
import type { NoteView } from '../../../../../shared/contracts/inbox.ts';
import { daysBetween } from '../../lib/dates.ts';

/** What a thread is drawn from: a day's line, a note, or a message, which may continue the one above it. */
export type ThreadRow =
  | { kind: 'day'; key: string; at: string }
  | { kind: 'note'; key: string; note: NoteView }
  | { kind: 'message'; key: string; message: MessageView; continues: boolean };

const continuesWithinMs = 5 * 60_000;

/**
 * The rows of a thread, with a line wherever the local day changes and each note after the message it was written
 * after. With `hasOlder`, notes from before the first message wait until that stretch is read.
 */
export function rowsOf(
  messages: readonly MessageView[],
  notes: readonly NoteView[] = [],
  hasOlder = false,
): ThreadRow[] {
  const rows: ThreadRow[] = [];
  const waiting = [...notes].sort(byPlace);
  let day: Date | undefined;
  let before: MessageView | undefined;
  const newDay = (iso: string, key: string): boolean => {
    const at = new Date(iso);
    if (day && daysBetween(day, at) === 0) return false;
    day = at;
    rows.push({ kind: 'day', key: `day-${key}`, at: iso });
    return true;
  };
  const shownFrom = hasOlder && messages[0] ? messages[0].sequence - 1 : 0;
  const putNotesBefore = (sequence: number) => {
    while (waiting[0] && waiting[0].afterSequence < sequence) {
      const note = waiting.shift()!;
      if (note.afterSequence < shownFrom) continue;
      newDay(note.createdAt, note.id);
      rows.push({ kind: 'note', key: note.id, note });
      before = undefined;
    }
  };
  for (const message of messages) {
    putNotesBefore(message.sequence);
    const isNewDay = newDay(message.createdAt, String(message.sequence));
    const continues =
      !isNewDay &&
      before?.role === message.role &&
      before.authorId === message.authorId &&
      new Date(message.createdAt).getTime() - new Date(before.createdAt).getTime() < continuesWithinMs;
    // A message keeps its key while it goes from sending to stored, so its bubble stays the same element.
    rows.push({ kind: 'message', key: message.clientMessageId ?? message.id, message, continues });
    before = message;
  }
  putNotesBefore(Number.POSITIVE_INFINITY);
  return rows;
}

function byPlace(a: NoteView, b: NoteView): number {
  if (a.afterSequence !== b.afterSequence) return a.afterSequence - b.afterSequence;
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** The last own message the visitor has seen, to be marked so; null when there is none. */
export function lastSeenSequence(messages: readonly MessageView[], visitorReadSequence: number): number | null {
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    const message = messages[index]!;
    if (message.role === 'agent' && message.sequence <= visitorReadSequence) return message.sequence;
  }
  return null;
}
