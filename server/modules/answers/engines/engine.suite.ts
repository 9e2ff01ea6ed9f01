import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Engine, EngineAnswer, Question } from './engine.ts';

/** What the other side of an engine (a model, a workflow, storage) does. */
export type Behaviour =
  | 'answers'
  | 'does not know'
  | 'fails'
  | 'hangs up'
  | 'stalls'
  | 'stalls in the middle'
  | 'breaks off in the middle'
  | 'talks without an end'
  | 'sends garbage'
  | 'lies about passages'
  | 'repeats itself';

export interface EngineHarness {
  /** With deadlines of at most a second. */
  engine: Engine;
  /** One that the partner's answer fits. */
  question: Question;
  /** From now on the partner does this. */
  partner(behaviour: Behaviour): void;
  /** The text with which it answers. */
  text: string;
  close(): Promise<void>;
}

interface Suite {
  name: string;
  open(): Promise<EngineHarness>;
  /** What this engine's partner cannot do, and why: of that there is nothing to test. */
  without: Partial<Record<Behaviour, string>>;
}

const deadlineMs = 5_000;

/** What is promised of every engine, whatever is on the other side. */
export function describeEngine({ name, open, without }: Suite): void {
  describe(`the engine ${name}`, () => {
    let harness: EngineHarness;
    let written: string[];
    beforeEach(async () => {
      harness = await open();
      written = [];
    });
    afterEach(() => harness.close());

    const ask = (signal = new AbortController().signal): Promise<EngineAnswer> =>
      harness.engine.answer(harness.question, { text: (delta) => written.push(delta) }, signal);
    const when = (behaviour: Behaviour) => (without[behaviour] === undefined ? test : () => {});

    when('answers')('answers, and what it writes meanwhile is the beginning of it', async () => {
      harness.partner('answers');
      const answer = await ask();
      expect(answer).toMatchObject({ kind: 'answered', text: expect.stringContaining(harness.text) });
      expect(answer.kind === 'answered' && answer.text.startsWith(written.join(''))).toBe(true);
    });

    when('does not know')('says that it does not know', async () => {
      harness.partner('does not know');
      expect((await ask()).kind).toBe('unknown');
      expect(written.join('')).toBe('');
    });

    for (const behaviour of [
      'fails',
      'hangs up',
      'stalls',
      'stalls in the middle',
      'breaks off in the middle',
      'talks without an end',
      'sends garbage',
    ] as const) {
      when(behaviour)(`says in a sentence why there is no answer, when the other side ${behaviour}`, async () => {
        harness.partner(behaviour);
        const started = performance.now();
        const answer = await ask();
        expect(answer.kind).toBe('failed');
        expect(answer.kind === 'failed' && answer.reason).toMatch(/^\p{Lu}.{10,}/u);
        expect(performance.now() - started).toBeLessThan(deadlineMs);
      });
    }

    when('lies about passages')('cites no passage that was not there', async () => {
      harness.partner('lies about passages');
      const answer = await ask();
      expect(answer.kind).toBe('answered');
      if (answer.kind !== 'answered') return;
      const shown = harness.question.passages.map((_, index) => index + 1);
      expect(shown).toEqual(expect.arrayContaining(answer.citations));
      expect(answer.text).not.toMatch(/\[(99|0)\]/);
    });

    when('repeats itself')('gives one answer to one question', async () => {
      harness.partner('repeats itself');
      const answer = await ask();
      expect(answer.kind).toBe('answered');
      expect(answer.kind === 'answered' && answer.text.split(harness.text)).toHaveLength(2);
    });

    when('stalls')('gives up at once when it is told to', async () => {
      harness.partner('stalls');
      const stop = new AbortController();
      const asking = ask(stop.signal);
      stop.abort(new Error('told to'));
      await expect(asking).rejects.toThrow('told to');
      expect(written).toEqual([]);
    });

    test('does not begin when it was told to give up before', async () => {
      harness.partner('answers');
      await expect(ask(AbortSignal.abort(new Error('told to')))).rejects.toThrow('told to');
    });
  });
}
