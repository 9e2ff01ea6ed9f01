import type { ClientId } from '../../../shared/ids.ts';
import type { Conversation } from '../../../shared/schema.ts';
import type { QueryTerm } from '../../lib/search-terms.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import { NotFoundError } from '../errors.ts';
import type { SearchRepository } from '../repositories/search.ts';
import { mergeTerms } from '../search-entry.ts';
import type { MemContext } from './mem-context.ts';
import { conversationSearch, conversations } from './mem-conversation-tables.ts';
import type { MemTransaction } from './mem-database.ts';
import { takePage } from './mem-page.ts';
import { idOf, ownedKey } from './mem-values.ts';

export function createSearch({ env, read, write }: MemContext, clientId: ClientId): SearchRepository {
  const entryOf = (tx: MemTransaction, conversationId: string) =>
    tx.of(conversationSearch).get(ownedKey(clientId, conversationId));

  return {
    upTo: (conversationId) => read((tx) => entryOf(tx, conversationId)?.upToSequence),

    add: ({ conversationId, terms, upToSequence }) =>
      write((tx) => {
        if (!tx.of(conversations).get(ownedKey(clientId, conversationId))) throw new NotFoundError('conversation');
        const before = entryOf(tx, conversationId);
        const known = before?.terms ? before.terms.split(' ') : [];
        const entry = {
          terms: mergeTerms(known, terms).join(' '),
          upToSequence: Math.max(before?.upToSequence ?? 0, upToSequence),
          updatedAt: env.now(),
        };
        if (before) tx.of(conversationSearch).update(before, entry);
        else tx.of(conversationSearch).insert({ clientId, conversationId: idOf(conversationId), ...entry });
      }),

    find: (wanted, { limit, cursor }) =>
      read((tx) => {
        const position = cursor === undefined ? undefined : decodeInstantCursor(cursor);
        if (wanted.length === 0) return { items: [], nextCursor: null };
        const beyond = position && { updatedAt: position.at, id: position.id };
        const rows = tx.of(conversations).scan('client', clientId, { descending: true, beyond });
        const isFound = ({ id }: Conversation) => hasAll(entryOf(tx, id)?.terms ?? '', wanted);
        return takePage(only(rows, isFound), limit, (last) => encodeInstantCursor({ at: last.updatedAt, id: last.id }));
      }),
  };
}

/** `terms` are parted by blanks, which no term contains. */
function hasAll(terms: string, wanted: QueryTerm[]): boolean {
  const text = ` ${terms} `;
  return wanted.every(({ term, isPrefix }) => text.includes(isPrefix ? ` ${term}` : ` ${term} `));
}

function* only<Row>(rows: Iterable<Row>, isWanted: (row: Row) => boolean): Generator<Row, void, undefined> {
  for (const row of rows) if (isWanted(row)) yield row;
}
