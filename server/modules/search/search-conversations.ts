import type { SearchHit } from '../../../shared/contracts/inbox.ts';
import type { Conversation, Message, Visitor } from '../../../shared/schema.ts';
import { type QueryTerm, queryTermsOf } from '../../lib/search-terms.ts';
import type { ClientStorage, Page, PageRequest } from '../../storage/storage.ts';
import { presentConversation } from '../conversations/conversation.presenter.ts';
import { visitorNameOf } from '../conversations/visitor.presenter.ts';
import { makeSnippet } from './make-snippet.ts';

/** Looked through for the snippet, the newest first; a conversation is found by all of its messages all the same. */
const messagesLookedAtMax = 200;
/** Conversations whose snippets are looked for at the same time. */
const atOnce = 8;

/**
 * Conversations with all the words of the query, most recently updated first, each with the stretch of text that has
 * most of them. None for a query without a word.
 * @throws InvalidCursorError
 */
export async function searchConversations(
  storage: ClientStorage,
  query: string,
  page: PageRequest,
): Promise<Page<SearchHit>> {
  const wanted = queryTermsOf(query);
  const { items, nextCursor } = await storage.search.find(wanted, page);
  const hits: SearchHit[] = [];
  for (let at = 0; at < items.length; at += atOnce) {
    const part = items.slice(at, at + atOnce);
    hits.push(...(await Promise.all(part.map((conversation) => hitOf(storage, conversation, wanted)))));
  }
  return { items: hits, nextCursor };
}

async function hitOf(storage: ClientStorage, conversation: Conversation, wanted: QueryTerm[]): Promise<SearchHit> {
  const { visitorId } = conversation;
  const visitor = visitorId === null ? undefined : await storage.visitors.find(visitorId);
  const visitorName = visitor ? visitorNameOf(visitor) : null;
  return {
    conversation: { ...presentConversation(conversation), visitorName },
    visitorName,
    snippet: await findSnippet(storage, { conversation, visitor, wanted }),
  };
}

type Found = NonNullable<SearchHit['snippet']>;

/** The first text with all the words, title and visitor before messages; else the one with most of them. */
async function findSnippet(
  storage: ClientStorage,
  { conversation, visitor, wanted }: { conversation: Conversation; visitor: Visitor | undefined; wanted: QueryTerm[] },
): Promise<Found | null> {
  let best: Found | null = null;
  let most = 0;
  for await (const { text, source, sequence } of textsOf(storage, conversation, visitor)) {
    const snippet = makeSnippet(text, wanted);
    if (!snippet || snippet.termsFound <= most) continue;
    most = snippet.termsFound;
    best = { source, text: snippet.text, ranges: snippet.ranges, sequence };
    if (most === wanted.length) break;
  }
  return best;
}

interface SourceText {
  text: string;
  source: Found['source'];
  sequence: number | null;
}

async function* textsOf(
  storage: ClientStorage,
  conversation: Conversation,
  visitor: Visitor | undefined,
): AsyncGenerator<SourceText, void, undefined> {
  if (conversation.title !== null) yield { text: conversation.title, source: 'title', sequence: null };
  const person = [visitor?.name, visitor?.email].filter(Boolean).join(' · ');
  if (person !== '') yield { text: person, source: 'visitor', sequence: null };
  let before: number | undefined;
  for (let looked = 0; looked < messagesLookedAtMax; ) {
    const { items, hasMore }: { items: Message[]; hasMore: boolean } = await storage.messages.list(conversation.id, {
      before,
      limit: 100,
    });
    for (const { content, sequence } of items.reverse()) yield { text: content, source: 'message', sequence };
    if (!hasMore) return;
    looked += items.length;
    before = items.at(-1)?.sequence;
  }
}
