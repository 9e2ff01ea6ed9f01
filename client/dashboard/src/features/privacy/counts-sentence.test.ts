import { expect, test } from 'vitest';
import { countsSentence } from './counts-sentence.ts';

test('says what went in a fixed order, and nothing of what there was none of', () => {
  expect(countsSentence({ messages: 17, conversations: 1, notes: 0, visitors: 1 })).toBe(
    '1 visitor, 1 conversation, 17 messages',
  );
  expect(countsSentence({})).toBe('nothing');
});
