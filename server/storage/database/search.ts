import { desc, eq, getTableColumns, sql } from 'drizzle-orm';
import type { ClientId } from '../../../shared/ids.ts';
import { type Conversation, conversationSearch, conversations } from '../../../shared/schema.ts';
import type { QueryTerm } from '../../lib/search-terms.ts';
import { decodeInstantCursor, encodeInstantCursor } from '../cursor.ts';
import type { SearchAddition, SearchRepository } from '../repositories/search.ts';
import { mergeTerms } from '../search-entry.ts';
import type { Page, PageRequest } from '../storage.ts';
import { clampSequence } from './clamp-sequence.ts';
import type { Handle } from './handle.ts';
import { pageOf } from './page.ts';
import { owned } from './scope.ts';

const t = conversationSearch;

export class DatabaseSearch implements SearchRepository {
  readonly #handle: Handle;
  readonly #clientId: ClientId;
  /**
   * A term that all entries of the client have and no word can be: the index is one for all clients, and with it a word
   * that everybody uses is looked up among the client's entries alone.
   */
  readonly #ownTerm: string;

  constructor(handle: Handle, clientId: ClientId) {
    this.#handle = handle;
    this.#clientId = clientId;
    this.#ownTerm = `client:${clientId}`;
  }

  async upTo(conversationId: string): Promise<number | undefined> {
    const [entry] = await this.#handle.read((db) =>
      db.select({ upToSequence: t.upToSequence }).from(t).where(this.#row(conversationId)),
    );
    return entry?.upToSequence;
  }

  add({ conversationId, terms, upToSequence }: SearchAddition): Promise<void> {
    return this.#handle.atomically(async (db) => {
      const [before] = await db
        .select({ terms: sql<string[]>`tsvector_to_array(${t.terms})`, upToSequence: t.upToSequence })
        .from(t)
        .where(this.#row(conversationId))
        .for('update');
      const known = before?.terms.filter((term) => term !== this.#ownTerm) ?? [];
      const kept = [...mergeTerms(known, terms), this.#ownTerm];
      const entry = {
        terms: sql`array_to_tsvector(${sql.param(kept)}::text[])`,
        upToSequence: Math.max(before?.upToSequence ?? 0, clampSequence(upToSequence)),
        updatedAt: this.#handle.env.now(),
      };
      if (before) await db.update(t).set(entry).where(this.#row(conversationId));
      else await db.insert(t).values({ clientId: this.#clientId, conversationId, ...entry });
    });
  }

  async find(wanted: QueryTerm[], page: PageRequest): Promise<Page<Conversation>> {
    const start = page.cursor === undefined ? undefined : decodeInstantCursor(page.cursor);
    if (wanted.length === 0) return { items: [], nextCursor: null };
    const query = [...wanted, { term: this.#ownTerm, isPrefix: false }].map(lexemeOf).join(' & ');
    const beyond =
      start &&
      sql`(${conversations.updatedAt}, ${conversations.id}) < (${start.at.toISOString()}::timestamptz, ${start.id}::uuid)`;
    return this.#handle.readOnReplica(async (db) => {
      const rows = await db
        .select(getTableColumns(conversations))
        .from(t)
        .innerJoin(conversations, owned(conversations, this.#clientId, eq(conversations.id, t.conversationId), beyond))
        .where(owned(t, this.#clientId, sql`${t.terms} @@ ${query}::tsquery`))
        .orderBy(desc(conversations.updatedAt), desc(conversations.id))
        .limit(page.limit + 1);
      return pageOf(rows, page.limit, (last) => encodeInstantCursor({ at: last.updatedAt, id: last.id }));
    });
  }

  #row(conversationId: string) {
    return owned(t, this.#clientId, eq(t.conversationId, conversationId));
  }
}

/** As `tsquery` reads it: the term as it is, whatever it holds. */
function lexemeOf({ term, isPrefix }: QueryTerm): string {
  return `'${term.replaceAll('\\', '\\\\').replaceAll("'", "''")}'${isPrefix ? ':*' : ''}`;
}
