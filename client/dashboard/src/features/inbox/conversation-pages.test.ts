import { describe, expect, it } from 'vitest';
import { aConversation } from '../../testing/builders.ts';
import {
  type ConversationPages,
  inOrder,
  readMerged,
  withConversation,
  withoutConversation,
} from './conversation-pages.ts';

const at = (minute: number) => `2026-11-21T12:${String(minute).padStart(2, '0')}:00.000Z`;
const one = (id: string, minute: number, over = {}) => aConversation(id, { updatedAt: at(minute), ...over });
const pagesOf = (...pages: ConversationPages['pages']): ConversationPages => ({
  pages,
  pageParams: pages.map(() => null),
});
const ids = (pages: ConversationPages) => inOrder(pages).map((conversation) => conversation.id);

describe('a list of conversations', () => {
  it('merges several lists into one and asks an exhausted one no more', async () => {
    const lists = [
      [one('a', 50), one('b', 40), one('c', 10)],
      [one('x', 45), one('y', 5)],
    ];
    const asked: string[] = [];
    const read = async (index: number, cursor: string | undefined) => {
      const from = Number(cursor ?? 0);
      asked.push(`${index}:${from}`);
      const items = lists[index]!.slice(from, from + 2);
      return { items, nextCursor: from + 2 < lists[index]!.length ? String(from + 2) : null };
    };
    const first = await readMerged(2, null, read);
    expect(first.horizon).toBe(at(40));
    // Below the horizon the first list may still have something in between.
    expect(ids(pagesOf(first))).toEqual(['a', 'x', 'b']);
    const second = await readMerged(2, first.nextCursor, read);
    expect(second).toMatchObject({ nextCursor: null, horizon: null });
    expect(ids(pagesOf(first, second))).toEqual(['a', 'x', 'b', 'c', 'y']);
    expect(asked).toEqual(['0:0', '1:0', '0:2']);
  });

  it('moves a conversation to the top when it changes, and shows it once', () => {
    const pages = pagesOf({ items: [one('a', 30), one('b', 20)], nextCursor: null, horizon: null });
    const after = withConversation(pages, one('b', 40, { lastSequence: 2 }), true);
    expect(ids(after)).toEqual(['b', 'a']);
  });

  it('takes out what no longer belongs and adds what now does', () => {
    const pages = pagesOf({ items: [one('a', 30), one('b', 20)], nextCursor: null, horizon: null });
    expect(ids(withConversation(pages, one('a', 31, { status: 'closed' }), false))).toEqual(['b']);
    expect(ids(withConversation(pages, one('new', 35), true))).toEqual(['new', 'a', 'b']);
    expect(ids(withoutConversation(pages, 'b'))).toEqual(['a']);
  });

  it('keeps out of sight what lies below the part that is complete', () => {
    const pages = pagesOf({ items: [one('a', 30), one('b', 20)], nextCursor: 'n', horizon: at(20) });
    expect(ids(withConversation(pages, one('old', 10), true))).toEqual(['a', 'b']);
  });

  it('is not set back by news that an answer has overtaken', () => {
    const pages = pagesOf({ items: [one('a', 30, { lastSequence: 5 })], nextCursor: null, horizon: null });
    expect(withConversation(pages, one('a', 29, { lastSequence: 4 }), true)).toBe(pages);
    expect(withConversation(pages, one('a', 30, { lastSequence: 5, agentReadSequence: 5 }), true)).not.toBe(pages);
  });
});
