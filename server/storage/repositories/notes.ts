import type { Note } from '../../../shared/schema.ts';
import type { Page, PageRequest } from '../storage.ts';

export interface NewNote {
  conversationId: string;
  authorId: string;
  authorName: string;
  content: string;
}

export interface NotesRepository {
  /**
   * Leaves a note behind the messages that are there now (`afterSequence`). The conversation does not change; whether
   * the author is a member is not looked at.
   * @throws NotFoundError `conversation`
   */
  create(input: NewNote): Promise<Note>;

  /** Earliest first (by id). Empty for an unknown conversation. @throws InvalidCursorError */
  list(conversationId: string, page: PageRequest): Promise<Page<Note>>;

  /** Within its conversation. Undefined when there is none. */
  find(conversationId: string, id: string): Promise<Note | undefined>;

  /** @throws NotFoundError `note` */
  remove(conversationId: string, id: string): Promise<void>;
}
