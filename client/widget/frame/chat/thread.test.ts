import { expect, test } from 'vitest';
import { lastWithoutGap, mergeMessages, stillWaiting, unreadMessages } from './thread.ts';
import type { OutboxEntry, ThreadMessage } from './types.ts';

const message = (sequence: number, over: Partial<ThreadMessage> = {}): ThreadMessage => ({
  id: `m${sequence}`,
  conversationId: 'c',
  sequence,
  role: 'agent',
  content: `${sequence}`,
  clientMessageId: null,
  authorName: null,
  attachments: [],
  createdAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
const numbers = (messages: readonly ThreadMessage[]) => messages.map(({ sequence }) => sequence);

test('messages stand in order of their numbers, each once, however they come', () => {
  const merged = mergeMessages([message(2), message(5)], [message(5), message(1), message(3), message(3)]);
  expect(numbers(merged)).toEqual([1, 2, 3, 5]);
});

test('a later copy takes the place of an earlier one, so that an answer can grow', () => {
  const grown = mergeMessages([message(1, { content: 'It left' })], [message(1, { content: 'It left yesterday.' })]);
  expect(grown).toMatchObject([{ sequence: 1, content: 'It left yesterday.' }]);
});

test('merging leaves what it is given untouched', () => {
  const known = Object.freeze([message(2)]);
  mergeMessages(known, [message(1)]);
  expect(numbers(known)).toEqual([2]);
});

test.each([
  [[], 0],
  [[1, 2, 3], 3],
  [[1, 2, 4, 5], 2],
  [[41, 42], 42],
  [[41, 43], 41],
])('of %j all is there up to %i', (sequences, last) => {
  expect(lastWithoutGap(sequences.map((sequence) => message(sequence)))).toBe(last);
});

test('only what waits in this conversation and is not stored yet is shown as waiting', () => {
  const entry = (id: string, conversation = 'here'): OutboxEntry => ({
    id,
    conversation,
    conversationId: null,
    content: id,
    at: 1,
  });
  const entries = [entry('stored'), entry('waits'), entry('elsewhere', 'there')];
  const waiting = stillWaiting(entries, 'here', [message(1, { role: 'user', clientMessageId: 'stored' })]);
  expect(waiting.map(({ id }) => id)).toEqual(['waits']);
  expect(stillWaiting(entries, undefined, [])).toEqual([]);
});

test('unread is what the other side wrote beyond what the visitor has seen', () => {
  const thread = [message(1), message(2, { role: 'user' }), message(3), message(4, { role: 'assistant' })];
  expect(numbers(unreadMessages(thread, 2))).toEqual([3, 4]);
  expect(unreadMessages(thread, 4)).toEqual([]);
});
