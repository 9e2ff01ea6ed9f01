import { expect, it } from 'vitest';
import { readAnswersSearch } from './searches.ts';

it('reads tab and widget from the address, and leaves out what it does not know', () => {
  expect(readAnswersSearch({ tab: 'unanswered', widget: 'w1' })).toEqual({ tab: 'unanswered', widget: 'w1' });
  expect(readAnswersSearch({ tab: 'attention', widget: '' })).toEqual({});
  expect(readAnswersSearch({ tab: 'other', widget: 3 })).toEqual({});
});
