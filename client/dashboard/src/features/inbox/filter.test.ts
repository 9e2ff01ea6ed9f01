import { describe, expect, it } from 'vitest';
import { aConversation } from '../../testing/builders.ts';
import { filterOf, isUnread, matches, readInboxSearch, statusesOf } from './filter.ts';

describe('the filter of the inbox', () => {
  it('reads an address and takes what makes no sense there as left out', () => {
    expect(readInboxSearch({ view: 'closed', assignee: 'me', widget: 'w1', other: 1 })).toEqual({
      view: 'closed',
      assignee: 'me',
      widget: 'w1',
    });
    expect(readInboxSearch({ view: 'nonsense', assignee: 7, widget: '' })).toEqual({});
    expect(filterOf({})).toEqual({ view: 'active', assignee: 'all', widgetId: null, visitorId: null });
  });

  it('takes open and waiting together for active, and asks once for all', () => {
    expect(statusesOf('active')).toEqual(['open', 'waiting']);
    expect(statusesOf('all')).toEqual([undefined]);
    const filter = filterOf({});
    const belongs = (['open', 'waiting', 'snoozed', 'closed'] as const).filter((status) =>
      matches(filter, aConversation('a', { status }), 'me'),
    );
    expect(belongs).toEqual(['open', 'waiting']);
  });

  it('decides by assignee, widget and visitor as the server does', () => {
    const mine = aConversation('a', { assigneeId: 'me', widgetId: 'w1', visitorId: 'v1' });
    expect(matches(filterOf({ assignee: 'me' }), mine, 'me')).toBe(true);
    expect(matches(filterOf({ assignee: 'me' }), mine, 'other')).toBe(false);
    expect(matches(filterOf({ assignee: 'none' }), mine, 'me')).toBe(false);
    expect(matches(filterOf({ widget: 'w2' }), mine, 'me')).toBe(false);
    expect(matches(filterOf({ visitor: 'v1', widget: 'w1' }), mine, 'me')).toBe(true);
  });

  it('counts as unread what no agent has seen, also when the assistant has answered it', () => {
    const unseen = { lastSequence: 3, agentReadSequence: 2 };
    expect(isUnread(aConversation('a', unseen))).toBe(true);
    expect(isUnread(aConversation('a', { ...unseen, lastMessageRole: 'assistant' }))).toBe(true);
    expect(isUnread(aConversation('a', { lastSequence: 3, agentReadSequence: 3 }))).toBe(false);
    expect(isUnread(aConversation('a', { ...unseen, status: 'closed' }))).toBe(false);
    expect(isUnread(aConversation('a', { ...unseen, status: 'snoozed' }))).toBe(false);
  });
});
