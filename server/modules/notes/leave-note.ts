import type { Note } from '../../../shared/schema.ts';
import type { Bus } from '../../events/bus.ts';
import type { MemberCaller } from '../../http/route.ts';

/** Stores a note of the caller's and tells the other agents. @throws NotFoundError `conversation` */
export async function leaveNote(
  { bus }: { bus: Bus },
  { caller, conversationId, content }: { caller: MemberCaller; conversationId: string; content: string },
): Promise<Note> {
  const { clientId, storage, user } = caller;
  const note = await storage.notes.create({ conversationId, authorId: user.id, authorName: user.name, content });
  bus.publish('note.created', { clientId, note });
  return note;
}
