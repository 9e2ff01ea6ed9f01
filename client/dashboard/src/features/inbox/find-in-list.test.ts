import { expect, it } from 'vitest';
import { aConversation } from '../../testing/builders.ts';
import { findInList } from './find-in-list.ts';

const list = [
  aConversation('a', { visitorName: 'Zoë Müller', lastMessagePreview: 'Where is my parcel?' }),
  aConversation('b', { title: 'Order 20417', visitorName: 'Ann', tags: ['Refund', 'vip'] }),
  aConversation('c', { visitorId: null, lastMessagePreview: null }),
];

it.each([
  ['a name, without regard to case and accents', 'zoe muller', ['a']],
  ['the preview', 'PARCEL', ['a']],
  ['a tag', 'refun', ['b']],
  ['the title, and the name it hides', '20417 ann', ['b']],
  ['all the words only', 'parcel refund', []],
  ['no word: everything', '  ', ['a', 'b', 'c']],
])('finds by %s', (_what, words, ids) => {
  expect(findInList(list, words).map(({ id }) => id)).toEqual(ids);
});
