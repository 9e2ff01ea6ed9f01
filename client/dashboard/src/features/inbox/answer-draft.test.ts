import { expect, it } from 'vitest';
import type { AnswerProgress } from '../../../../../shared/socket-events.ts';
import { type AnswerDraft, afterMessage, withProgress } from './answer-draft.ts';

const step = (phase: AnswerProgress['phase'], offset = 0, text = '', questionMessageId = 'q1'): AnswerProgress => ({
  conversationId: 't1',
  questionMessageId,
  phase,
  offset,
  text,
});
const after = (...steps: AnswerProgress[]): AnswerDraft | null =>
  steps.reduce(withProgress, null as AnswerDraft | null);

it('grows piece by piece, and a piece that comes twice stands once', () => {
  const pieces = [step('thinking'), step('writing', 0, 'Within '), step('writing', 7, '30 days')];
  expect(after(...pieces)?.text).toBe('Within 30 days');
  expect(after(...pieces, step('writing', 7, '30 days'))?.text).toBe('Within 30 days');
});

it('shows nothing beyond a missed piece until the whole comes again', () => {
  const missed = [step('writing', 0, 'Within '), step('writing', 12, 'days')];
  expect(after(...missed)?.text).toBe('Within ');
  expect(after(...missed, step('writing', 0, 'Within 30 days'))?.text).toBe('Within 30 days');
  expect(after(step('writing', 12, 'days'))?.text).toBe('');
});

it('takes back what another engine had written', () => {
  expect(after(step('writing', 0, 'Well, '), step('thinking'))?.text).toBe('');
});

it('ends when its answer is void, and not with the end of an earlier one', () => {
  expect(after(step('writing', 0, 'Well, '), step('ended'))).toBeNull();
  expect(after(step('writing', 0, 'New', 'q2'), step('ended', 0, '', 'q1'))?.text).toBe('New');
});

it('ends with a message of anybody but the visitor', () => {
  const draft = after(step('writing', 0, 'Well'));
  expect(afterMessage(draft, { role: 'user' })).toBe(draft);
  expect(afterMessage(draft, { role: 'assistant' })).toBeNull();
  expect(afterMessage(draft, { role: 'agent' })).toBeNull();
});
