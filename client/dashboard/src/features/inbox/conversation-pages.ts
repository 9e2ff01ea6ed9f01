import type { InfiniteData } from '@tanstack/react-query';
import type { ConversationView } from '../../../../../shared/contracts/conversations.ts';

/**
 * A step of reading a list: what came, where to go on, and how far down the list is complete. The order of `items` means
 * nothing, so that what arrives live can be put into any page; {@link inOrder} makes the list.
 */
export interface ConversationPage {
  items: ConversationView[];
  nextCursor: string | null;
  /** `updatedAt` of the last conversation read; null when there are no more. Below it the list has gaps. */
  horizon: string | null;
}

export type ConversationPages = InfiniteData<ConversationPage, unknown>;

/** Reads one page of one status. */
export type ReadPage = (
  index: number,
  cursor: string | undefined,
) => Promise<{ items: ConversationView[]; nextCursor: string | null }>;

/**
 * Reads the next page of several lists as one. `cursor` is the `nextCursor` of the page before, null for the first. A
 * list that is exhausted is not asked again.
 */
export async function readMerged(lists: number, cursor: string | null, read: ReadPage): Promise<ConversationPage> {
  const cursors: (string | null | undefined)[] =
    cursor === null ? Array.from({ length: lists }, () => undefined) : (JSON.parse(cursor) as (string | null)[]);
  const pages = await Promise.all(
    cursors.map((one, index) => (one === null ? Promise.resolve(null) : read(index, one ?? undefined))),
  );
  const next = pages.map((page) => page?.nextCursor ?? null);
  const ends = pages.flatMap((page) => (page?.nextCursor ? [page.items.at(-1)?.updatedAt ?? ''] : []));
  return {
    items: pages.flatMap((page) => page?.items ?? []),
    nextCursor: next.every((one) => one === null) ? null : JSON.stringify(next),
    horizon: ends.sort().at(-1) ?? null,
  };
}

/** Most recently updated first, as the server orders them. */
function compare(a: ConversationView, b: ConversationView): number {
  if (a.updatedAt !== b.updatedAt) return a.updatedAt > b.updatedAt ? -1 : 1;
  return a.id > b.id ? -1 : a.id < b.id ? 1 : 0;
}

/** Whether `next` says more than `before` about the same conversation; events may overtake answers. */
export function isNewer(next: ConversationView, before: ConversationView): boolean {
  if (next.lastSequence !== before.lastSequence) return next.lastSequence > before.lastSequence;
  if (next.updatedAt !== before.updatedAt) return next.updatedAt > before.updatedAt;
  return next.agentReadSequence >= before.agentReadSequence && next.visitorReadSequence >= before.visitorReadSequence;
}

const ordered = new WeakMap<ConversationPages, readonly ConversationView[]>();

/** The list: each conversation once, in order, as far down as it is complete. The same pages give the same array. */
export function inOrder(pages: ConversationPages): readonly ConversationView[] {
  const known = ordered.get(pages);
  if (known) return known;
  const list = putInOrder(pages);
  ordered.set(pages, list);
  return list;
}

function putInOrder(pages: ConversationPages): ConversationView[] {
  const byId = new Map<string, ConversationView>();
  for (const page of pages.pages) {
    for (const item of page.items) {
      const known = byId.get(item.id);
      if (!known || isNewer(item, known)) byId.set(item.id, item);
    }
  }
  const horizon = pages.pages.at(-1)?.horizon ?? null;
  const items = [...byId.values()].sort(compare);
  return horizon === null ? items : items.filter((item) => item.updatedAt >= horizon);
}

/** The pages with a conversation as it is now; taken out where it no longer belongs. Stale news changes nothing. */
export function withConversation(
  pages: ConversationPages,
  conversation: ConversationView,
  belongs: boolean,
): ConversationPages {
  let known: ConversationView | undefined;
  for (const page of pages.pages) known ??= page.items.find((item) => item.id === conversation.id);
  if (known && !isNewer(conversation, known)) return pages;
  if (!known && !belongs) return pages;
  const without = known ? withoutConversation(pages, conversation.id) : pages;
  if (!belongs) return without;
  const [first, ...rest] = without.pages;
  if (!first) return without;
  return { ...without, pages: [{ ...first, items: [conversation, ...first.items] }, ...rest] };
}

export function withoutConversation(pages: ConversationPages, conversationId: string): ConversationPages {
  return {
    ...pages,
    pages: pages.pages.map((page) =>
      page.items.some((item) => item.id === conversationId)
        ? { ...page, items: page.items.filter((item) => item.id !== conversationId) }
        : page,
    ),
  };
}
