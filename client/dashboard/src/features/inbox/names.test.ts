import { expect, it } from 'vitest';
import { aConversation } from '../../testing/builders.ts';
import { conversationName } from './names.ts';

it.each([
  ['its title', { title: 'Order 7', visitorName: 'Ann' }, 'Order 7'],
  ['the visitor’s name', { title: ' ', visitorName: 'Ann' }, 'Ann'],
  ['a code of the visitor', { visitorName: null, visitorId: 'v-07b6' }, 'Visitor 07B6'],
  ['a code of its own without a visitor', { visitorId: null }, 'Conversation 12AB'],
])('a conversation goes by %s', (_what, over, name) => {
  expect(conversationName(aConversation('c-12ab', over))).toBe(name);
});
