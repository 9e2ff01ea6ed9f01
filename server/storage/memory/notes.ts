import type { ClientId } from '../../../shared/ids.ts';
import { decodeIdCursor, encodeIdCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { NotesRepository } from '../repositories/notes.ts';
import type { MemContext } from './mem-context.ts';
import { conversations, notes } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createNotes({ env, read, write }: MemContext, clientId: ClientId): NotesRepository {
  const find = (tx: MemTransaction, conversationId: string, id: string) => {
    const note = tx.of(notes).get(ownedKey(clientId, id));
    return note?.conversationId === idOf(conversationId) ? note : undefined;
  };

  return {
    create: ({ conversationId, authorId, authorName, content }) =>
      write((tx) => {
        const conversation = tx.of(conversations).get(ownedKey(clientId, conversationId));
        if (conversation === undefined) throw new NotFoundError('conversation');
        return tx.of(notes).insert({
          clientId,
          conversationId: conversation.id,
          id: env.newId(),
          authorId: idOf(authorId),
          authorName,
          content,
          afterSequence: conversation.lastSequence,
          createdAt: env.now(),
        });
      }),

    list: (conversationId, { limit, cursor }) =>
      read((tx) => {
        const beyond = cursor === undefined ? undefined : { id: decodeIdCursor(cursor) };
        const rows = tx.of(notes).scan('conversation', ownedKey(clientId, conversationId), { beyond });
        return takePage(rows, limit, ({ id }) => encodeIdCursor(id));
      }),

    find: (conversationId, id) => read((tx) => find(tx, conversationId, id)),

    remove: (conversationId, id) =>
      write((tx) => {
        const note = find(tx, conversationId, id);
        if (note === undefined) throw new NotFoundError('note');
        tx.of(notes).remove([note]);
      }),
  };
}
