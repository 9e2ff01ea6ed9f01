import type { Conversation } from '../../../shared/schema.ts';
import type { QueryTerm } from '../../lib/search-terms.ts';
import type { Page, PageRequest } from '../storage.ts';

export interface SearchAddition {
  conversationId: string;
  /** As `termsOf` cuts them: without blanks, not empty. */
  terms: string[];
  /** Up to which sequence number the thread can be found with them. */
  upToSequence: number;
}

/** What conversations are found by. It is behind the threads, and made again from them where it is missing. */
export interface SearchRepository {
  /** Undefined when nothing was added yet, and for an unknown conversation. */
  upTo(conversationId: string): Promise<number | undefined>;

  /**
   * Adds to what the conversation is found by; at most `searchTermsMax` terms are kept, the first. `upToSequence` never
   * goes back. Several processes may add at once.
   * @throws NotFoundError `conversation`
   */
  add(input: SearchAddition): Promise<void>;

  /**
   * Conversations with all of these terms, most recently updated first (`updatedAt`, then id, both descending). None
   * when nothing is wanted.
   * @throws InvalidCursorError
   */
  find(wanted: QueryTerm[], page: PageRequest): Promise<Page<Conversation>>;
}
