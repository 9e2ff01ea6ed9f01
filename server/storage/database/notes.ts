import { asc, eq, gt } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { conversationNotes, conversations, type Note } from '../../../shared/schema.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { NewNote, NotesRepository } from '../repositories/notes.ts';
import type { Page, PageRequest } from '../storage.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

export class DatabaseNotes implements NotesRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
  }

  create({ conversationId, authorId, authorName, content }: NewNote): Promise<Note> {
    return this.#handle.atomically(async (db) => {
      const [conversation] = await db
        .select({ lastSequence: conversations.lastSequence })
        .from(conversations)
        .where(owned(conversations, this.#clientId, eq(conversations.id, conversationId)));
      if (conversation === undefined) throw new NotFoundError('conversation');
      const row = {
        clientId: this.#clientId,
        conversationId,
        id: this.#handle.env.newId(),
        authorId,
        authorName,
        content,
        afterSequence: conversation.lastSequence,
        createdAt: this.#handle.env.now(),
      };
      const [note] = await db.insert(conversationNotes).values(row).returning();
      return note!;
    });
  }

  list(conversationId: string, page: PageRequest): Promise<Page<Note>> {
    return this.#handle.read(async (db) => {
      const t = conversationNotes;
      const after = page.cursor === undefined ? undefined : gt(t.id, decodeIdCursor(page.cursor));
      const rows = await db
        .select()
        .from(t)
        .where(owned(t, this.#clientId, eq(t.conversationId, conversationId), after))
        .orderBy(asc(t.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, ({ id }) => encodeIdCursor(id));
    });
  }

  async find(conversationId: string, id: string): Promise<Note | undefined> {
    const [note] = await this.#handle.read((db) =>
      db.select().from(conversationNotes).where(this.#row(conversationId, id)),
    );
    return note;
  }

  remove(conversationId: string, id: string): Promise<void> {
    return this.#handle.write(async (db) => {
      const removed = await db
        .delete(conversationNotes)
        .where(this.#row(conversationId, id))
        .returning({ id: conversationNotes.id });
      if (removed.length === 0) throw new NotFoundError('note');
    });
  }

  #row(conversationId: string, id: string) {
    const t = conversationNotes;
    return owned(t, this.#clientId, eq(t.conversationId, conversationId), eq(t.id, id));
  }
}
