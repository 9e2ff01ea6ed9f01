import { describe, expect, it } from 'vitest';
import type { CannedReplyView } from '../../../../../shared/contracts/inbox.ts';
import { insertReply, repliesFor, slashWordAt } from './slash-word.ts';

const reply = (shortcut: string, title = shortcut): CannedReplyView => ({
  id: shortcut,
  shortcut,
  title,
  content: `Text of ${shortcut}`,
  createdAt: '2026-11-21T12:00:00.000Z',
  updatedAt: '2026-11-21T12:00:00.000Z',
});

describe('a slash word', () => {
  it('is found at the caret, at the beginning or after white space', () => {
    expect(slashWordAt('/hi', 3)).toEqual({ start: 0, word: 'hi' });
    expect(slashWordAt('Well /größe', 11)).toEqual({ start: 5, word: 'größe' });
    expect(slashWordAt('/', 1)).toEqual({ start: 0, word: '' });
  });

  it('is not found in addresses, dates and words that are finished', () => {
    expect(slashWordAt('https://a.example/b', 19)).toBeNull();
    expect(slashWordAt('and/or', 6)).toBeNull();
    expect(slashWordAt('/hi there', 9)).toBeNull();
  });

  it('offers replies by shortcut first, then by title', () => {
    const replies = [reply('bye'), reply('refund', 'Money back'), reply('hello', 'Refund greeting'), reply('norefund')];
    expect(repliesFor(replies, 'Refund').map((one) => one.shortcut)).toEqual(['refund', 'norefund', 'hello']);
    expect(repliesFor(replies, '')).toHaveLength(4);
    expect(repliesFor(replies, 'xyz')).toEqual([]);
  });

  it('is replaced by the reply, with the caret behind it', () => {
    expect(insertReply('Well /hi, bye', { start: 5, word: 'hi' }, 'good day')).toEqual({
      text: 'Well good day, bye',
      caret: 13,
    });
  });
});
