import { expect, it } from 'vitest';
import { aMessage } from '../../testing/builders.ts';
import { lastSeenSequence, rowsOf } from './thread-rows.ts';

const local = (day: number, hour: number, minute: number) => new Date(2026, 10, day, hour, minute).toISOString();

it('draws a line wherever the local day changes', () => {
  const rows = rowsOf([
    aMessage(1, { createdAt: local(20, 23, 59) }),
    aMessage(2, { createdAt: local(21, 0, 1) }),
    aMessage(3, { createdAt: local(21, 0, 2) }),
  ]);
  expect(rows.map((row) => row.kind)).toEqual(['day', 'message', 'day', 'message', 'message']);
});

it('joins what one person writes within five minutes, and nobody else’s', () => {
  const rows = rowsOf([
    aMessage(1, { createdAt: local(21, 9, 0) }),
    aMessage(2, { createdAt: local(21, 9, 4) }),
    aMessage(3, { createdAt: local(21, 9, 5), role: 'agent', authorId: 'u1' }),
    aMessage(4, { createdAt: local(21, 9, 6), role: 'agent', authorId: 'u2' }),
    aMessage(5, { createdAt: local(21, 9, 12), role: 'agent', authorId: 'u2' }),
  ]);
  expect(rows.flatMap((row) => (row.kind === 'message' ? [row.continues] : []))).toEqual([
    false,
    true,
    false,
    false,
    false,
  ]);
});

it('keeps the key of a message from sending to stored', () => {
  const rows = rowsOf([aMessage(1, { clientMessageId: 'made-here', id: 'made-there' })]);
  expect(rows[1]?.key).toBe('made-here');
});

it('finds the last of the agents’ messages that the visitor has seen', () => {
  const messages = [aMessage(1), aMessage(2, { role: 'agent' }), aMessage(3, { role: 'agent' }), aMessage(4)];
  expect(lastSeenSequence(messages, 4)).toBe(3);
  expect(lastSeenSequence(messages, 2)).toBe(2);
  expect(lastSeenSequence(messages, 1)).toBeNull();
});

const aNote = (id: string, afterSequence: number, at: string) => ({
  id,
  conversationId: 't1',
  authorId: 'u1',
  authorName: 'Ann',
  content: 'Remember',
  afterSequence,
  createdAt: at,
});
const keys = (rows: ReturnType<typeof rowsOf>) => rows.filter((row) => row.kind !== 'day').map((row) => row.key);

it('puts each note after the message it was written after, and begins a new bubble behind it', () => {
  const messages = [1, 2, 3].map((sequence) => aMessage(sequence, { createdAt: local(21, 9, sequence) }));
  const notes = [aNote('late', 3, local(21, 10, 0)), aNote('b', 1, local(21, 9, 1)), aNote('a', 1, local(21, 9, 0))];
  const rows = rowsOf(messages, notes);
  expect(keys(rows)).toEqual(['m1', 'a', 'b', 'm2', 'm3', 'late']);
  expect(rows.find((row) => row.key === 'm2')).toMatchObject({ continues: false });
});

it('keeps back notes of a part that is not read yet', () => {
  const messages = [5, 6].map((sequence) => aMessage(sequence, { createdAt: local(21, 9, sequence) }));
  const notes = [aNote('old', 2, local(21, 8, 0)), aNote('edge', 4, local(21, 8, 1))];
  expect(keys(rowsOf(messages, notes, true))).toEqual(['edge', 'm5', 'm6']);
  expect(keys(rowsOf(messages, notes, false))).toEqual(['old', 'edge', 'm5', 'm6']);
  expect(keys(rowsOf([], [aNote('only', 0, local(21, 9, 0))]))).toEqual(['only']);
});
