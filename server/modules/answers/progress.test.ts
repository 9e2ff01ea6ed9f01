import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ClientId } from '../../../shared/ids.ts';
import type { AnswerProgress } from '../../../shared/socket-events.ts';
import { createBus } from '../../events/bus.ts';
import { keepDrafts } from './drafts.ts';
import { ProgressTeller } from './progress.ts';

let told: Pick<AnswerProgress, 'phase' | 'offset' | 'text'>[];
let teller: ProgressTeller;

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  teller = new ProgressTeller((step) => told.push(step));
});
afterEach(() => vi.useRealTimers());

const conversationId = 'c';
const bus = () =>
  createBus((name, error) => {
    throw new Error(name, { cause: error });
  });

/** What a reader has who takes every step as it is meant. */
function read(steps: typeof told): string {
  let text = '';
  for (const step of steps) if (text.length >= step.offset) text = text.slice(0, step.offset) + step.text;
  return text;
}

test('what is written within a tenth of a second is told together', () => {
  for (const word of ['We ', 'are ', 'open ', 'now.']) teller.text(word);
  vi.advanceTimersByTime(99);
  expect(told).toEqual([{ phase: 'writing', offset: 0, text: 'We ' }]);
  vi.advanceTimersByTime(1);
  expect(told[1]).toEqual({ phase: 'writing', offset: 3, text: 'are open now.' });
});

test('the whole text is told again every two seconds, for those who have missed a piece', () => {
  for (let n = 0; n < 50; n += 1) {
    teller.text(`${n} `);
    vi.advanceTimersByTime(100);
  }
  const wholes = told.filter(({ offset }) => offset === 0);
  expect(wholes.length).toBeGreaterThanOrEqual(2);
  expect(wholes.length).toBeLessThanOrEqual(4);
  const late = told.slice(told.indexOf(wholes[1]!));
  expect(read(late)).toBe(read(told));
});

test('a long piece is told in pieces that fit everywhere', () => {
  teller.text('x'.repeat(5_000));
  expect(told.every(({ text }) => text.length <= 1_500)).toBe(true);
  expect(read(told)).toHaveLength(5_000);
});

test('thinking again takes back what was written, and nothing is told after the end', () => {
  teller.think();
  teller.text('Wrong');
  teller.text(' answer');
  teller.think();
  vi.advanceTimersByTime(1_000);
  expect(told.at(-1)).toEqual({ phase: 'thinking', offset: 0, text: '' });
  teller.text('Right');
  vi.advanceTimersByTime(1_000);
  teller.text(' more');
  teller.end({ isVoid: true });
  vi.advanceTimersByTime(1_000);
  expect(told.at(-1)).toEqual({ phase: 'ended', offset: 0, text: '' });
});

test('who comes in the middle is given all that was written so far, until the answer is there', () => {
  const events = bus();
  const drafts = keepDrafts(events);
  const publish = (step: Partial<AnswerProgress>) =>
    events.publish('answer.progress', {
      clientId: 'x' as ClientId,
      conversationId,
      questionMessageId: 'q',
      phase: 'writing',
      offset: 0,
      text: '',
      ...step,
    });
  expect(drafts.of(conversationId)).toBeUndefined();
  publish({ phase: 'thinking' });
  expect(drafts.of(conversationId)).toMatchObject({ phase: 'thinking', text: '' });
  publish({ text: 'We ' });
  publish({ offset: 3, text: 'are' });
  expect(drafts.of(conversationId)).toMatchObject({ phase: 'writing', offset: 0, text: 'We are' });
  publish({ offset: 50, text: 'lost' });
  expect(drafts.of(conversationId)).toMatchObject({ phase: 'thinking', text: '' });
  publish({ phase: 'ended' });
  expect(drafts.of(conversationId)).toBeUndefined();
  publish({ text: 'We ' });
  events.publish('message.created', { message: { role: 'assistant', conversationId } } as never);
  expect(drafts.of(conversationId)).toBeUndefined();
  publish({ text: 'We ' });
  vi.advanceTimersByTime(121_000);
  expect(drafts.of(conversationId)).toBeUndefined();
  drafts.stop();
});
