import type { NoteView } from '../../../shared/contracts/inbox.ts';
import type { Note } from '../../../shared/schema.ts';

/** A note as agents see it; there is no other view of it. */
export function presentNote(note: Note): NoteView {
  return {
    id: note.id,
    conversationId: note.conversationId,
    authorId: note.authorId,
    authorName: note.authorName,
    content: note.content,
    afterSequence: note.afterSequence,
    createdAt: note.createdAt.toISOString(),
  };
}
