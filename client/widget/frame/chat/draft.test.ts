import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { AnswerProgress } from '../../../../shared/socket-events.ts';
import { createDraft, type Draft, nextDraft } from './draft.ts';

const step = (phase: AnswerProgress['phase'], offset = 0, text = '', questionMessageId = 'q'): AnswerProgress => ({
  conversationId: 'c',
  questionMessageId,
  phase,
  offset,
  text,
});
const joined = (...steps: AnswerProgress[]) => steps.reduce<AnswerProgress | null>(nextDraft, null);

describe('what is held of an answer', () => {
  test('is its text from the beginning, piece by piece', () => {
    expect(joined(step('thinking'), step('writing', 0, 'Nine '), step('writing', 5, 'to five.'))).toEqual(
      step('writing', 0, 'Nine to five.'),
    );
  });

  test('waits for a piece that begins at 0 where one was missed', () => {
    const behind = joined(step('writing', 0, 'Nine '), step('writing', 8, 'five.'));
    expect(behind?.text).toBe('Nine ');
    expect(joined(step('writing', 8, 'five.'))?.text).toBe('');
    expect(nextDraft(behind, step('writing', 0, 'Nine to five.'))?.text).toBe('Nine to five.');
  });

  test('begins anew when another engine takes over, and with another question', () => {
    const held = joined(step('writing', 0, 'Nine '));
    expect(nextDraft(held, step('thinking'))?.text).toBe('');
    expect(nextDraft(held, step('writing', 5, 'No.', 'q2'))?.text).toBe('');
  });

  test('goes when the answer is void, and not with the end of another one', () => {
    const held = joined(step('writing', 0, 'Nine '));
    expect(nextDraft(held, step('ended'))).toBeNull();
    expect(nextDraft(held, step('ended', 0, '', 'before'))).toBe(held);
  });
});

describe('what is shown', () => {
  let shown: (string | null)[];
  let draft: Draft;
  beforeEach(() => {
    vi.useFakeTimers();
    vi.stubGlobal('requestAnimationFrame', (run: () => void) => setTimeout(run, 16));
    shown = [];
    draft = createDraft((next) => shown.push(next?.text ?? null));
  });
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
  });
  const pass = (ms = 16) => vi.advanceTimersByTimeAsync(ms);

  test('changes once per frame, however many pieces come', async () => {
    draft.step(step('thinking'));
    for (let i = 0; i < 500; i++) draft.step(step('writing', i, 'x'));
    await pass();
    expect(shown).toEqual(['x'.repeat(500)]);
    draft.step(step('writing', 500, 'y'));
    await pass();
    expect(shown).toHaveLength(2);
  });

  test('is nothing of an answer that is there already', async () => {
    draft.step(step('writing', 0, 'Nine '));
    draft.end();
    draft.step(step('writing', 0, 'Nine to'));
    await pass();
    expect(shown).toEqual([null]);
    draft.step(step('thinking', 0, '', 'next'));
    await pass();
    expect(shown).toEqual([null, '']);
  });

  test('goes on after a reconnect where the server is by then', async () => {
    draft.step(step('writing', 0, 'Nine '));
    draft.resume(step('writing', 0, 'Nine to fi'), Promise.resolve());
    draft.step(step('writing', 10, 've.'));
    await pass();
    expect(shown).toEqual(['Nine to five.']);
  });

  test('goes after a reconnect when nothing is being written any more, but not before the thread is complete', async () => {
    draft.step(step('writing', 0, 'Nine '));
    await pass();
    let caughtUp = () => {};
    draft.resume(undefined, new Promise((resolve) => (caughtUp = resolve)));
    await pass(1000);
    expect(shown).toEqual(['Nine ']);
    caughtUp();
    await pass();
    expect(shown).toEqual(['Nine ', null]);
  });

  test('goes when nothing is heard of it for two minutes', async () => {
    draft.step(step('thinking'));
    await pass(119_000);
    expect(shown).toEqual(['']);
    await pass(2_000);
    expect(shown).toEqual(['', null]);
  });
});
