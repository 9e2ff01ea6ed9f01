import { expect, it } from 'vitest';
import { countOf, countText } from './counts.ts';

const counts = { open: 3, waiting: 2, snoozed: 1, closed: 7, unread: 4 };

it('counts what somebody still has to do something about', () => {
  expect(
    (['active', 'waiting', 'open', 'snoozed', 'closed', 'all'] as const).map((view) => countOf(view, counts)),
  ).toEqual([5, 2, 3, 1, 0, 0]);
});

it('says when there are more than are counted', () => {
  expect([countText(0), countText(999), countText(1000), countText(1700)]).toEqual(['0', '999', '999+', '999+']);
});
